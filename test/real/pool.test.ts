import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../../engine/domain/verdict.ts';
import { listGolden, removeGolden } from '../../engine/providers/kind/golden/shelf.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type ServeProcess, startServe } from '../e2e/server.ts';
import { type CommandLine, createCommandLine, type EngineObjects, engineObjects, leftSince } from './command-line.ts';
import { docker } from './containers.ts';

let kubewright: CommandLine;
let before: EngineObjects;
let shelf: Set<string>;
let server: ServeProcess;

beforeAll(async () => {
  before = await engineObjects();
  shelf = new Set((await listGolden(systemExec)).map(({ part }) => part));
  kubewright = await createCommandLine();
});
afterAll(async () => {
  await server?.stop();
  await kubewright.end();
  // Others may be using theirs.
  await removeGolden(
    systemExec,
    (await listGolden(systemExec)).filter(({ part }) => !shelf.has(part)),
  );
});

/** Id of the cluster that waits. */
async function waiting(): Promise<string | undefined> {
  const { stderr } = await kubewright.run(['sessions']);
  return /Cluster (\w+) \(two-workers, .*\) waits/.exec(stderr)?.[1];
}

const containersOf = async (session: string | undefined, ...filters: readonly string[]) =>
  (await docker('ps', '--all', '--quiet', '--no-trunc', '--filter', `name=kubewright-${session}-`, ...filters))
    .split('\n')
    .filter((id) => id !== '')
    .toSorted();
/** Whether all its containers stand still within that time; between two stillnesses they run for a moment. */
const dozes = async (session: string | undefined, withinMs: number) => {
  const all = await containersOf(session);
  const isStill = async () =>
    (await containersOf(session, '--filter', 'status=paused')).length === all.length ? true : undefined;
  return (await retryUntil(systemClock, { withinMs, everyMs: 500 }, isStill)) === true;
};

test('a drill takes the cluster that waits, and is judged on a record that is whole', async () => {
  server = await startServe(kubewright.home, '--pool', '1', '--doze-after', '1');
  const ahead = await retryUntil(systemClock, { withinMs: 600_000, everyMs: 2_000 }, waiting);
  expect(ahead).toBeDefined();
  const were = await containersOf(ahead);
  expect(await dozes(ahead, 60_000)).toBe(true);

  // Another process than the one that keeps it: both have the same store. A drill without a floor under a service: the next
  // cluster is being made at the same time, and a slow machine has no room for both.
  const { session, state } = await kubewright.json<{ session: string; state: string }>([
    ...['start', 'reconfigure-runtime', '--json'],
  ]);
  expect({ session, state }).toEqual({ session: ahead, state: 'ready' });
  expect(await containersOf(session, '--filter', 'status=running')).toEqual(were);

  expect((await kubewright.run(['solve', session])).exitCode).toBe(0);
  const verdict = JSON.parse((await kubewright.run(['finish', session, '--json'])).stdout) as Verdict;
  expect(verdict.checks.filter(({ result }) => result !== 'passed')).toEqual([]);
  expect(verdict).toMatchObject({ exam: 'passed', operations: 'passed' });
});

test('a drill that is reset takes it, too, and what it had is gone', async () => {
  const next = await retryUntil(systemClock, { withinMs: 600_000, everyMs: 2_000 }, waiting);
  expect(next).toBeDefined();
  const [judged] = await kubewright.json<{ id: string }[]>(['sessions', '--json']);
  for (const cluster of [judged?.id, next]) expect(await dozes(cluster, 600_000)).toBe(true);
  const were = await containersOf(next);
  const row = await kubewright.json<object>(['reset', judged?.id ?? '', '--json']);
  expect(row).toMatchObject({ session: judged?.id, cluster: next, state: 'ready' });
  expect(await containersOf(next, '--filter', 'status=running')).toEqual(were);
  expect(await containersOf(judged?.id)).toEqual([]);
  // Its own record, its own shells: nothing of the one before.
  const { checks } = await kubewright.json<Verdict>(['check', judged?.id ?? '', '--json']);
  expect(checks.find(({ id }) => id === 'settings-at-work')).toMatchObject({ result: 'failed' });
});

test('what waits goes with the server, also when that is killed; drills stay', async () => {
  const next = await retryUntil(systemClock, { withinMs: 600_000, everyMs: 2_000 }, waiting);
  expect(next).toBeDefined();
  await server.kill();
  const { stderr } = await kubewright.run(['sessions']);
  expect(stderr).toContain(`taking down session ${next}: it waited for a drill`);
  expect(await containersOf(next)).toEqual([]);
  const rows = await kubewright.json<{ id: string; state: string }[]>(['sessions', '--json']);
  expect(rows.map(({ state }) => state)).toEqual(['ready']);
  for (const { id } of rows) expect((await kubewright.run(['stop', id])).exitCode).toBe(0);
  expect(await leftSince(before, kubewright)).toEqual([]);
});
