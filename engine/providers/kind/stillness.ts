import { readFile, rm, writeFile } from 'node:fs/promises';
import { type Clock, retryUntil } from '../../system/clock.ts';
import type { Exec } from '../../system/exec.ts';
import { docker, rows } from './docker.ts';
import { kindClusterLabel, sessionLabel, sessionOfCluster, witnessName } from './names.ts';

/** runc tries for less than a second to freeze what starts processes all the time, and leaves more tries to whoever asks. */
const frozenWithinMs = 20_000;
const againEveryMs = 500;

/**
 * Stops the processes of all containers of a session that run. What stands still already, such as a machine that a fault has
 * frozen, is left to whoever did that.
 * @param note file that names what stands still because of us, there for as long as that is so: any process can wake it
 * @throws KubewrightError COMMAND_FAILED when one cannot be stopped within 20 s; all of them run then
 */
export async function standStill(exec: Exec, clock: Clock, session: string, note: string): Promise<void> {
  const running = await containersOf(exec, session, 'running');
  if (running.length === 0) return;
  const keep = () => writeFile(note, running.join('\n'), { mode: 0o600 });
  // Before anything stands still: whoever is killed meanwhile leaves a session that can be woken.
  await keep();
  try {
    // It must not see the others stop.
    for (const turn of witnessFirst(session, running)) await pause(exec, clock, session, turn);
    // Whoever has woken it while it was being stopped has taken the note away, and what was stopped then stands still.
    await keep();
  } catch (error) {
    await keep();
    await wake(exec, session, note);
    throw error;
  }
}

/** Lets go on what standStill() has stopped; nothing where nothing is. */
export async function wake(exec: Exec, session: string, note: string): Promise<void> {
  const noted = (await readFile(note, 'utf8').catch(() => '')).split('\n');
  if (noted[0] === '') return;
  const paused = await containersOf(exec, session, 'paused');
  const ours = noted.filter((container) => paused.includes(container));
  // When there is something to see it comes back.
  for (const turn of witnessFirst(session, ours).toReversed()) await docker(exec, ['unpause', ...turn]);
  await rm(note, { force: true });
}

/** The client of the engine does all containers of one call at the same time, so the witness has a call of its own. */
function witnessFirst(session: string, containers: readonly string[]): string[][] {
  const witness = witnessName(session);
  return [containers.filter((it) => it === witness), containers.filter((it) => it !== witness)].filter(
    (turn) => turn.length > 0,
  );
}

/** On control groups of version 1 what starts processes while it is frozen may escape ("unable to freeze"): asked again. */
async function pause(exec: Exec, clock: Clock, session: string, containers: readonly string[]): Promise<void> {
  let left = containers;
  let refusal: unknown;
  const stopped = await retryUntil(clock, { withinMs: frozenWithinMs, everyMs: againEveryMs }, async () => {
    try {
      await docker(exec, ['pause', ...left]);
      return true;
    } catch (error) {
      if (!/unable to freeze/i.test(String(error))) throw error;
      refusal = error;
      const running = await containersOf(exec, session, 'running');
      left = left.filter((container) => running.includes(container));
      return left.length === 0 ? true : undefined;
    }
  });
  if (stopped === undefined) throw refusal;
}

async function containersOf(exec: Exec, session: string, state: 'running' | 'paused'): Promise<string[]> {
  const format = `{{.Names}}|{{.Label "${sessionLabel}"}}|{{.Label "${kindClusterLabel}"}}`;
  const found = await docker(exec, ['ps', '--filter', `status=${state}`, '--format', format]);
  return rows(found).flatMap((row) => {
    const [container = '', own = '', cluster = ''] = row.split('|');
    return own === session || sessionOfCluster(cluster) === session ? [container] : [];
  });
}
