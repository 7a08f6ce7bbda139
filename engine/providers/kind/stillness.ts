import { readFile, rm, writeFile } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import { type Clock, retryUntil } from '../../system/clock.ts';
import { answered } from './docker.ts';
import { sessionOfLabels, witnessName } from './names.ts';

/** What is asked of the engine, as dockerode has it. */
export interface StillnessEngine {
  listContainers(options: {
    readonly filters: { readonly status: string[] };
  }): Promise<readonly Pick<Dockerode.ContainerInfo, 'Names' | 'Labels'>[]>;
  getContainer(name: string): { pause(): Promise<unknown>; unpause(): Promise<unknown> };
}

/** runc tries for less than a second to freeze what starts processes all the time, and leaves more tries to whoever asks. */
const frozenWithinMs = 20_000;
const againEveryMs = 500;

/**
 * Stops the processes of all containers of a session that run. What stands still already, such as a machine that a fault has
 * frozen, is left to whoever did that.
 * @param note file that names what stands still because of us, there for as long as that is so: any process can wake it
 * @throws Error what the engine says when one cannot be stopped within 20 s; all of them run then
 */
export async function standStill(engine: StillnessEngine, clock: Clock, session: string, note: string): Promise<void> {
  const running = await containersOf(engine, session, 'running');
  if (running.length === 0) return;
  const keep = () => writeFile(note, running.join('\n'), { mode: 0o600 });
  // Before anything stands still: whoever is killed meanwhile leaves a session that can be woken.
  await keep();
  try {
    // It must not see the others stop.
    for (const turn of witnessFirst(session, running)) await pause(engine, clock, session, turn);
    // Whoever has woken it while it was being stopped has taken the note away, and what was stopped then stands still.
    await keep();
  } catch (error) {
    await keep();
    await wake(engine, session, note);
    throw error;
  }
}

/** Lets go on what standStill() has stopped; nothing where nothing is. */
export async function wake(engine: StillnessEngine, session: string, note: string): Promise<void> {
  const noted = (await readFile(note, 'utf8').catch(() => '')).split('\n');
  if (noted[0] === '') return;
  const paused = await containersOf(engine, session, 'paused');
  const ours = noted.filter((container) => paused.includes(container));
  // When there is something to see it comes back.
  for (const turn of witnessFirst(session, ours).toReversed()) {
    await Promise.all(
      turn.map((container) => answered(`unpause ${container}`, engine.getContainer(container).unpause())),
    );
  }
  await rm(note, { force: true });
}

/** Lets the witness alone go on, for who makes it forget what it has seen; nothing where it does not stand still. */
export async function wakeWitness(engine: Pick<StillnessEngine, 'getContainer'>, session: string): Promise<void> {
  const witness = witnessName(session);
  try {
    await answered(`unpause ${witness}`, engine.getContainer(witness).unpause());
  } catch (error) {
    if (!/is not paused/i.test(String(error))) throw error;
  }
}

/** The others go together, so the witness has a turn of its own. */
function witnessFirst(session: string, containers: readonly string[]): string[][] {
  const witness = witnessName(session);
  return [containers.filter((it) => it === witness), containers.filter((it) => it !== witness)].filter(
    (turn) => turn.length > 0,
  );
}

/** On control groups of version 1 what starts processes while it is frozen may escape ("unable to freeze"): asked again. */
async function pause(
  engine: StillnessEngine,
  clock: Clock,
  session: string,
  containers: readonly string[],
): Promise<void> {
  let left = containers;
  let refusal: unknown;
  const stopped = await retryUntil(clock, { withinMs: frozenWithinMs, everyMs: againEveryMs }, async () => {
    const asked = left.map((container) => answered(`pause ${container}`, engine.getContainer(container).pause()));
    // All of them are answered before anything else is done: what is woken after an error must not be stopped behind it.
    const refusals = (await Promise.allSettled(asked)).flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    if (refusals.length === 0) return true;
    for (const reason of refusals) if (!/unable to freeze/i.test(String(reason))) throw reason;
    [refusal] = refusals;
    const running = await containersOf(engine, session, 'running');
    left = left.filter((container) => running.includes(container));
    return left.length === 0 ? true : undefined;
  });
  if (stopped === undefined) throw refusal;
}

async function containersOf(engine: StillnessEngine, session: string, state: 'running' | 'paused'): Promise<string[]> {
  const found = await answered('list containers', engine.listContainers({ filters: { status: [state] } }));
  return found
    .filter(({ Labels }) => sessionOfLabels(Labels) === session)
    .map(({ Names: [path = ''] }) => path.replace(/^\//, ''));
}
