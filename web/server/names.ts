import { hostname, networkInterfaces } from 'node:os';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'] as const;
const loopbackHosts = { '127.0.0.1': '127.0.0.1', localhost: 'localhost', '::1': '[::1]' } as const;

export function isLoopback(host: string): boolean {
  return Object.hasOwn(loopbackHosts, host);
}

/** How an address is written in a URL. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * The names that a server bound to this address answers under: exactly these, since a name that somebody else controls
 * may lead here, too (DNS rebinding).
 */
export function serverNames(host: string): readonly string[] {
  if (isLoopback(host)) return loopbackNames;
  if (host !== '0.0.0.0' && host !== '::') return [urlHost(host)];
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    // A link-local address has a zone that no Host header carries.
    .filter(({ family, scopeid }) => family === 'IPv4' || scopeid === 0)
    .map(({ address }) => urlHost(address));
  return [...new Set([...loopbackNames, ...addresses, hostname().toLowerCase()])];
}

/** The name to print: where others come from, not where only this machine gets. */
export function shownName(host: string): string {
  const names = serverNames(host);
  if (isLoopback(host) || names.length === 1) return isLoopback(host) ? urlHost(host) : (names[0] ?? host);
  return names.find((name) => !(loopbackNames as readonly string[]).includes(name)) ?? names[0] ?? host;
}
