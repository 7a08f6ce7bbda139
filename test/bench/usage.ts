import { readFileSync } from 'node:fs';
import Dockerode from 'dockerode';
import { docker, rows } from '../../engine/providers/kind/docker.ts';
import { containerUsage } from '../../engine/providers/kind/usage.ts';
import { systemExec } from '../../engine/system/exec.ts';

const ticksPerSecond = 100;

/** CPU seconds of this process and of its children that have ended (fields 14 to 17 in proc_pid_stat(5)). */
export function ownCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

/** CPU seconds of everything on this machine since it booted: all but idle and waiting for a disk (proc_stat(5)). */
export function machineCpuSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

/**
 * What running containers of that network use: CPU seconds since they were started, MiB of memory now.
 * @param label only those with it
 */
export async function networkUsage(
  network: string,
  label?: string,
): Promise<{ readonly cpuSeconds: number; readonly mib: number }> {
  const engine = new Dockerode();
  const filters = [`network=${network}`, ...(label === undefined ? [] : [`label=${label}`])];
  const ids = rows(await docker(systemExec, ['ps', '--quiet', ...filters.flatMap((filter) => ['--filter', filter])]));
  const used = await Promise.all(ids.map((id) => containerUsage(engine, id)));
  const sum = (of: 'cpuMs' | 'memoryBytes') => used.reduce((total, it) => total + (it?.[of] ?? 0), 0);
  return { cpuSeconds: sum('cpuMs') / 1000, mib: sum('memoryBytes') / 2 ** 20 };
}
