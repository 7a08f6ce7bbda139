import type Dockerode from 'dockerode';
import type { ClusterUsage } from '../provider.ts';
import { clusterName, sessionOfLabels } from './names.ts';

/** What is asked of the engine, as dockerode has it. */
export interface StatsSource {
  listContainers(options: object): Promise<readonly Pick<Dockerode.ContainerInfo, 'Id' | 'Names' | 'Labels'>[]>;
  getContainer(id: string): { stats(options: object): Promise<unknown> };
}

interface Stats {
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
}

/** What the containers of a session use now. One that ends meanwhile is left out. @throws what the engine says */
export async function usageOf(engine: StatsSource, session: string): Promise<ClusterUsage> {
  const running = (await engine.listContainers({})).filter(({ Labels }) => sessionOfLabels(Labels) === session);
  const measured = await Promise.all(
    running.map(async ({ Id, Names }) => {
      const used = await containerUsage(engine, Id);
      return used === undefined ? [] : [{ name: partName(Names[0] ?? Id, session), ...used }];
    }),
  );
  const parts = measured.flat().toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((total, part) => total + of(part), 0);
  return { memoryBytes: sum((part) => part.memoryBytes), cpuMs: sum((part) => part.cpuMs), parts };
}

/** What a container uses now; undefined when it does not run. */
export async function containerUsage(
  engine: Pick<StatsSource, 'getContainer'>,
  id: string,
): Promise<{ readonly memoryBytes: number; readonly cpuMs: number } | undefined> {
  // Without one-shot the engine takes two looks, a second apart, to tell a rate.
  const read = engine.getContainer(id).stats({ stream: false, 'one-shot': true });
  const stats = (await read.catch(() => undefined)) as Stats | undefined;
  return stats === undefined ? undefined : figures(stats);
}

/**
 * As docker stats counts: without the files that the kernel keeps as long as nobody else needs the room (docker/cli,
 * cli/command/container/stats_helpers.go; cgroup v1 says total_inactive_file, v2 inactive_file).
 */
function figures({ memory_stats, cpu_stats }: Stats): { memoryBytes: number; cpuMs: number } {
  const { usage = 0, stats = {} } = memory_stats ?? {};
  const cache = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return {
    memoryBytes: Math.max(0, usage - cache),
    cpuMs: Math.round((cpu_stats?.cpu_usage?.total_usage ?? 0) / 1e6),
  };
}

/** The end of a container's name, such as control-plane or student. */
function partName(name: string, session: string): string {
  return name.replace(/^\//, '').replace(`${clusterName(session)}-`, '');
}
