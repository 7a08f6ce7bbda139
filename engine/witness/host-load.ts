import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { HostLoad } from '../domain/timeline.ts';
import type { CpuAccounts } from './config.ts';

export interface HostLoadMeter {
  /** Before it knows what the session itself uses it cannot tell what others do. */
  use(accounts: CpuAccounts | undefined): void;
  /** One look at who waits. */
  look(): void;
  /** Since it was last asked. */
  take(): HostLoad;
}

export interface HostLoadEffects {
  /** @throws when there is no such file */
  readonly read: (path: string) => string;
  readonly cores: number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
}

/**
 * How starved the session is, and whether by others. /proc/loadavg and /proc/stat are the whole host's in a container,
 * too; /proc/pressure/cpu would say only that somebody waits, as on every busy machine, and not how many.
 */
export function createHostLoadMeter({ read, cores, monotonic }: HostLoadEffects): HostLoadMeter {
  let own: CpuAccounts | undefined;
  let looks: number[] = [];
  let before: Spent | undefined;
  const text = (path: string): string | undefined => {
    try {
      return read(path);
    } catch {
      return undefined;
    }
  };
  const spent = (): Spent | undefined => {
    const all = busySeconds(text('/proc/stat') ?? '');
    if (all === undefined || own === undefined) return undefined;
    const { folder, containers } = own;
    const ours = containers.map((container) => containerSeconds(folder, container, text));
    // With none of them found the control groups are somewhere else, and all would seem to be the others'.
    if (ours.every((one) => one === undefined)) return undefined;
    return { at: monotonic(), all, ours };
  };
  return {
    use(accounts) {
      own = accounts;
      before = undefined;
    },
    look() {
      const waiting = waitingPerCore(text('/proc/loadavg') ?? '', cores);
      if (waiting !== undefined) looks.push(waiting);
    },
    take() {
      const waiting = looks.length === 0 ? undefined : looks.reduce((sum, look) => sum + look, 0) / looks.length;
      const now = spent();
      const others = before === undefined || now === undefined ? undefined : shareOfOthers(before, now, cores);
      looks = [];
      before = now;
      return {
        ...(waiting === undefined ? {} : { waiting: rounded(waiting, 10) }),
        ...(others === undefined ? {} : { others: rounded(others, 100) }),
      };
    },
  };
}

export function hostLoadEffects(clock: { monotonic(): number }): HostLoadEffects {
  return {
    read: (path) => readFileSync(path, 'utf8'),
    cores: availableParallelism(),
    monotonic: () => clock.monotonic(),
  };
}

/** Seconds of CPU time since some beginning, of everything and of each of the session's containers. */
interface Spent {
  readonly at: number;
  readonly all: number;
  readonly ours: readonly (number | undefined)[];
}

function shareOfOthers(before: Spent, now: Spent, cores: number): number | undefined {
  const possible = ((now.at - before.at) / 1000) * cores;
  if (possible <= 0) return undefined;
  const ours = now.ours.reduce<number>((sum, one, index) => {
    const earlier = before.ours[index];
    return one === undefined || earlier === undefined ? sum : sum + one - earlier;
  }, 0);
  return Math.min(1, Math.max(0, (now.all - before.all - ours) / possible));
}

/** proc(5), /proc/loadavg: the fourth field begins with the number of runnable tasks. */
function waitingPerCore(loadavg: string, cores: number): number | undefined {
  const runnable = /^(?:\S+\s+){3}(\d+)\//.exec(loadavg)?.[1];
  return runnable === undefined ? undefined : Math.max(0, Number(runnable) - cores) / cores;
}

const ticksPerSecond = 100;

/** proc(5), /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, in 1/100 s (USER_HZ of x86 and ARM). */
function busySeconds(stat: string): number | undefined {
  const [user, nice, system, , , irq, softirq, steal] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '').split(' ').map(Number);
  const sum = [user, nice, system, irq, softirq, steal].reduce<number>((all, one) => all + (one ?? Number.NaN), 0);
  return Number.isNaN(sum) ? undefined : sum / ticksPerSecond;
}

/** The kernel's accounts of a container: version 1 (nanoseconds), version 2 (cpu.stat), by either of Docker's drivers. */
const accounts: readonly ((container: string) => string)[] = [
  (id) => `cpuacct/docker/${id}/cpuacct.usage`,
  (id) => `docker/${id}/cpu.stat`,
  (id) => `system.slice/docker-${id}.scope/cpu.stat`,
  (id) => `cpuacct/system.slice/docker-${id}.scope/cpuacct.usage`,
];

function containerSeconds(
  folder: string,
  container: string,
  text: (path: string) => string | undefined,
): number | undefined {
  for (const account of accounts) {
    const found = text(`${folder}/${account(container)}`);
    if (found === undefined) continue;
    const microseconds = /^usage_usec (\d+)$/m.exec(found)?.[1];
    return microseconds === undefined ? Number(found) / 1e9 : Number(microseconds) / 1e6;
  }
  return undefined;
}

/** The journal is read a lot: no more digits than mean something. */
function rounded(figure: number, steps: number): number {
  return Math.round(figure * steps) / steps;
}
