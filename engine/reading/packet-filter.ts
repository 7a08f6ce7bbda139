import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

/** One chain of iptables and its rules, each as iptables-save writes it without the leading "-A <chain>". */
export interface FilterChain {
  readonly table: string;
  readonly chain: string;
  readonly rules: readonly string[];
}

const askWithinMs = 15_000;

/** All chains of IPv4 in the machine's own network. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readFilterChains(machine: Node): Promise<FilterChain[]> {
  const result = await machine.exec(['iptables-save'], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const chains = new Map<string, { table: string; chain: string; rules: string[] }>();
  let table = '';
  for (const line of result.stdout.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const made = /^:(\S+)/.exec(line)?.[1];
    if (made !== undefined) chains.set(`${table}/${made}`, { table, chain: made, rules: [] });
    const [, chain = '', rule = ''] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    chains.get(`${table}/${chain}`)?.rules.push(rule);
  }
  return [...chains.values()];
}

/** Rules that throw away TCP packets of that port, whichever end it is at, by table and chain. */
export function blockingRules(chains: readonly FilterChain[], port: number): string[] {
  const ofPort = new RegExp(`--(?:[sd]port|[sd]ports|ports) (?:\\S*,)?${port}(?:,|\\s|$)`);
  return chains.flatMap(({ table, chain, rules }) =>
    rules
      .filter((rule) => /(?:^|\s)-j (?:DROP|REJECT)(?:\s|$)/.test(rule) && ofPort.test(rule))
      .map((rule) => `${table} ${chain} ${rule}`),
  );
}
