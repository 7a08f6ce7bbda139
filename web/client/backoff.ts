/** Waits before the n-th try to connect again (from 1): quick at first, then every 5 s. */
export function retryAfterMs(attempt: number): number {
  return Math.min(5000, 250 * 2 ** (attempt - 1));
}

export function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${path}`;
}
