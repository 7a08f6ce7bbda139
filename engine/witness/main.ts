/**
 * The witness: a process of its own per session that records what happens in the cluster (engine/domain/timeline.ts).
 * It is copied into a container that has nothing but Node, so it uses Node's builtins, this folder and domain/ only.
 * SIGTERM and SIGINT end it. SIGHUP has it end all it does and begin as if it had just been started, with the files that are
 * there then: that takes milliseconds, a restart of its container seconds.
 */
import { wallClock } from './clock.ts';
import { witnessFiles } from './config.ts';
import { beginLife, type Life } from './life.ts';

const files = witnessFiles();
const log = (message: string) => void process.stderr.write(`${new Date(wallClock.now()).toISOString()} ${message}\n`);
const effects = { clock: wallClock, log };
let closing = false;
/** One after the other: a life begins when the one before has ended, whatever is asked for meanwhile. */
let life: Promise<Life> = Promise.resolve(beginLife(files, effects));

async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await (await life).end();
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void close());
process.on('SIGHUP', () => {
  if (closing) return;
  life = life.then(async (before) => {
    await before.end();
    return beginLife(files, effects);
  });
});
