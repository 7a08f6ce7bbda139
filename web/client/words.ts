/** "cluster-architecture" -> "Cluster architecture". */
export function domainName(id: string): string {
  const text = id.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
