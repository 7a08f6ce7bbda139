import type { ClusterUsage } from '../providers/provider.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { type Output, table } from './output.ts';

/** What each cluster of this store uses now, by container: those of sessions, and those that wait for one. */
export async function usage({ kubewright, output }: CommandContext, options: { json?: boolean }): Promise<number> {
  const { provider, engine } = kubewright();
  const sessions = await engine.sessions();
  const nameOf = (cluster: string) => sessions.find((row) => (row.cluster ?? row.id) === cluster)?.id ?? cluster;
  const clusters = await provider.list({ allStores: false });
  const used = await Promise.all(
    clusters.map(async (cluster) => ({ session: nameOf(cluster), ...(await provider.usage(cluster)) })),
  );
  if (options.json === true) output.json(used);
  else if (used.length === 0) output.say('There are no clusters.');
  else for (const one of used) showUsage(output, one);
  return exitCodes.ok;
}

function showUsage(output: Output, { session, memoryBytes, cpuMs, parts }: ClusterUsage & { session: string }): void {
  const row = (name: string, memory: number, cpu: number) => [
    name,
    `${(memory / 2 ** 20).toFixed(0)} MiB`,
    `${(cpu / 1000).toFixed(1)} s`,
  ];
  table(
    output,
    [session, 'MEMORY', 'CPU TIME'],
    [...parts.map((part) => row(part.name, part.memoryBytes, part.cpuMs)), row('all', memoryBytes, cpuMs)],
  );
}
