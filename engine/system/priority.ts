import { readdir, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** nice(2); 1.25 times as much of the CPU for each step, where others want it, too. */
const first = -10;

/**
 * Puts this process, and what it starts from now on, before the others when the CPU is short. Containers are weighed
 * against it as one process is, whatever their shares are among each other, and thousands that run in one of them have
 * kept it waiting for seconds. Linux lets root do that alone; for others nothing changes.
 */
export async function goFirst(): Promise<void> {
  // Linux keeps it for each thread, and new ones have that of the thread which starts them.
  const threads = await readdir('/proc/self/task').catch(() => []);
  for (const thread of threads) {
    try {
      setPriority(Number(thread), first);
    } catch {
      // It is not ours to say, or the thread has just ended.
    }
  }
  // Where each login is weighed as a whole (sched(7), autogroup), the former counts within it only.
  await writeFile('/proc/self/autogroup', String(first)).catch(() => {});
}
