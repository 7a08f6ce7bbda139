import { readdir, readFile, readlink } from 'node:fs/promises';
import { retryUntil, systemClock } from './clock.ts';

/** A process that was killed is gone within milliseconds, unless it waits for a disk. */
const goneWithinMs = 5_000;

/**
 * Kills the processes that have this variable with this value in their environment, and waits until they are gone. Their
 * parent may have been killed and have left them to go on. Only where there is /proc (Linux); elsewhere nothing is found.
 */
export async function endProcessesWith(variable: string, value: string): Promise<void> {
  const pids = await findProcessesWith(variable, value);
  for (const pid of pids) kill(pid);
  if (pids.length === 0) return;
  await retryUntil(systemClock, { withinMs: goneWithinMs, everyMs: 20 }, async () => {
    const left = await findProcessesWith(variable, value);
    // One of them may have started another in its last moment.
    for (const pid of left) kill(pid);
    return left.length === 0 ? true : undefined;
  });
}

/**
 * Ids of the processes that have this variable with this value in their environment, but for this one and those in
 * containers. Linux only.
 */
export async function findProcessesWith(variable: string, value: string): Promise<number[]> {
  const wanted = `${variable}=${value}`;
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const own = await namespaceOf('self');
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // Where a learner's fork bomb rages, an environment comes when its process has had its turn among thousands, and all
      // else that this process wants of a file waits behind four of them.
      if (own !== (await namespaceOf(pid))) return false;
      // Another user's process cannot be read, and one that has ended has no environment any more: both are not ours to end.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return pid !== process.pid && environment.split('\0').includes(wanted);
    }),
  );
  return pids.filter((_, index) => marked[index] === true);
}

/** Each container has its own. */
async function namespaceOf(pid: number | 'self'): Promise<string> {
  return await readlink(`/proc/${pid}/ns/pid`).catch(() => '');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
