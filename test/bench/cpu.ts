import { readFileSync } from 'node:fs';
import Dockerode from 'dockerode';
import { docker, rows } from '../../engine/providers/kind/docker.ts';
import { systemExec } from '../../engine/system/exec.ts';

const ticksPerSecond = 100;

/** CPU seconds of this process and of its children that have ended (fields 14 to 17 in proc_pid_stat(5)). */
export function ownCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

/** CPU seconds that running containers of that network have used since they were started, all processes inside of them. */
export async function containerCpuSeconds(network: string): Promise<number> {
  const engine = new Dockerode();
  const ids = rows(await docker(systemExec, ['ps', '--quiet', '--filter', `network=${network}`]));
  const used = await Promise.all(
    ids.map(async (id) => {
      const stats = await engine.getContainer(id).stats({ stream: false, 'one-shot': true });
      return stats.cpu_stats.cpu_usage.total_usage;
    }),
  );
  return used.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
}
