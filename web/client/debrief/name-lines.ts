/**
 * A lane's name as it is written: one line when it has room in `line` characters, else two of `small` characters, parted
 * after a space, slash or hyphen where there is one. What has no room even so ends in "…".
 */
export function nameLines(name: string, room: { readonly line: number; readonly small: number }): string[] {
  if (name.length <= room.line) return [name];
  const breaks = [...name.matchAll(/[ /-]/g)].map(({ index }) => index + 1).filter((at) => at <= room.small + 1);
  // The last place that leaves a first line with room; its space is not written.
  const at = breaks.findLast((place) => name.slice(0, place).trimEnd().length <= room.small) ?? room.small;
  return [name.slice(0, at).trimEnd(), cut(name.slice(at), room.small)];
}

/** A text of at most so many characters; what is cut off leaves "…". */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
