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

test('a drill takes the cluster that waits, and is judged on a record that is whole', async () => {
  server = await startServe(kubewright.home, '--pool', '1');
  const ahead = await retryUntil(systemClock, { withinMs: 600_000, everyMs: 2_000 }, waiting);
  expect(ahead).toBeDefined();
  const containers = () => docker('ps', '--quiet', '--no-trunc', '--filter', `name=kubewright-${ahead}-`);
  const were = (await containers()).split('\n').toSorted();

  // Another process than the one that keeps it: both have the same store.
  const { session, state } = await kubewright.json<{ session: string; state: string }>([
    ...['start', 'drain-for-maintenance', '--json'],
  ]);
  expect({ session, state }).toEqual({ session: ahead, state: 'ready' });
  expect((await containers()).split('\n').toSorted()).toEqual(were);

  expect((await kubewright.run(['solve', session])).exitCode).toBe(0);
  const verdict = JSON.parse((await kubewright.run(['finish', session, '--json'])).stdout) as Verdict;
  expect(verdict.checks.filter(({ result }) => result !== 'passed')).toEqual([]);
  expect(verdict).toMatchObject({ exam: 'passed', operations: 'passed' });
});

test('what waits goes with the server, also when that is killed; drills stay', async () => {
  const next = await retryUntil(systemClock, { withinMs: 600_000, everyMs: 2_000 }, waiting);
  expect(next).toBeDefined();
  await server.kill();
  const { stderr } = await kubewright.run(['sessions']);
  expect(stderr).toContain(`taking down session ${next}: it waited for a drill`);
  expect(await docker('ps', '--all', '--quiet', '--filter', `name=kubewright-${next}-`)).toBe('');
  const rows = await kubewright.json<{ id: string; state: string }[]>(['sessions', '--json']);
  expect(rows.map(({ state }) => state)).toEqual(['finished']);
  for (const { id } of rows) expect((await kubewright.run(['stop', id])).exitCode).toBe(0);
  expect(await leftSince(before, kubewright)).toEqual([]);
});
