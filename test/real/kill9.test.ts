import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../engine/domain/verdict.ts';
import type { SessionRow } from '../../engine/engine.ts';
import { dumpStore } from '../../engine/store/dump.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import {
  type CommandLine,
  checkout,
  createCommandLine,
  type EngineObjects,
  engineObjects,
  leftSince,
} from './command-line.ts';

/** What the first command after a kill may take to adopt or reap everything. */
const recoveredWithinMs = 10_000;
const scenarios = ['--scenarios', join(checkout, 'test', 'real', 'scenarios')];

let kubewright: CommandLine;
let before: EngineObjects;
const times: number[] = [];

beforeAll(async () => {
  before = await engineObjects();
  kubewright = await createCommandLine();
});
afterAll(async () => {
  await kubewright.end();
  process.stdout.write(
    `  kill -9 on real clusters: ${times.length} kills, slowest recovery ${(Math.max(...times) / 1000).toFixed(1)} s\n`,
  );
});

/** Runs a command without the wrapper, whose child would live on, and kills it as soon as the moment has come. */
async function kill9(argv: readonly string[], moment: 'asks the engine' | RegExp): Promise<void> {
  const child = spawn(process.execPath, [join(checkout, 'engine/cli/main.ts'), ...argv], {
    env: { ...process.env, KUBEWRIGHT_HOME: kubewright.home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (moment instanceof RegExp && moment.test(said)) child.kill('SIGKILL');
  });
  if (moment === 'asks the engine') {
    const seen = await retryUntil(systemClock, { withinMs: 60_000, everyMs: 5 }, async () =>
      child.exitCode !== null || (await hasChild(child.pid ?? 0)) ? true : undefined,
    );
    if (seen === undefined) throw new Error(`it never asked the engine: ${said}`);
    child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal, said).toBe('SIGKILL');
}

/** Whether it has started a program that is running now, i.e. the docker client. */
async function hasChild(pid: number): Promise<boolean> {
  const parents = await Promise.all(
    (await readdir('/proc')).map(async (name) => {
      if (!/^\d+$/.test(name)) return '';
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    }),
  );
  return parents.includes(String(pid));
}

/** The first command after the kill; what it finds. */
async function nextStart(): Promise<SessionRow[]> {
  const startedAt = performance.now();
  const rows = await kubewright.json<SessionRow[]>(['sessions', '--json']);
  times.push(performance.now() - startedAt);
  expect(times.at(-1)).toBeLessThan(recoveredWithinMs);
  return rows;
}

const startFully = async () =>
  (await kubewright.json<{ session: string }>(['start', 'one-machine', ...scenarios, '--json'])).session;
const results = () =>
  dumpStore(join(kubewright.home, 'kubewright.db'))['results'] as { session: string; exam: string }[];
const nothingIsLeft = async () => expect(await leftSince(before, kubewright)).toEqual([]);

describe.each([
  ['early', { provisioning: [/starting the witness/, /Preparing nodes/], resetting: 'asks the engine' }],
  ['late', { provisioning: [/Starting control-plane/, /issuing identities/], resetting: /Starting control-plane/ }],
] as const)('kill -9, %s', (_round, moments) => {
  test('while a cluster is made: it is taken down, what kind was doing included', async () => {
    for (const moment of moments.provisioning) {
      await kill9(['start', 'one-machine', ...scenarios], moment);
      const [row, ...others] = await nextStart();
      expect([row?.state, others]).toEqual(['failed', []]);
      await nothingIsLeft();
      await kubewright.run(['stop', row?.id ?? '']);
    }
  });

  test('while it is ready, checked and judged: it is adopted, and no verdict is lost', async () => {
    const session = await startFully();
    await kill9(['check', session], 'asks the engine');
    expect((await nextStart()).map(({ id, state }) => `${id} ${state}`)).toEqual([`${session} ready`]);
    const verdict = await kubewright.json<Verdict>(['check', session, '--json']);
    expect(verdict.exam).toBe('failed');

    await kill9(['finish', session], 'asks the engine');
    expect((await nextStart()).map(({ state }) => state)).toEqual(['ready']);
    expect((await kubewright.run(['solve', session])).exitCode).toBe(0);
    const final = await kubewright.json<Verdict>(['finish', session, '--json']);
    expect(final).toMatchObject({ exam: 'passed', operations: 'passed' });

    await kill9(['serve', '--port', '0'], /Open this in your browser/);
    expect((await nextStart()).map(({ state, verdict: kept }) => [state, kept])).toEqual([['finished', final]]);
    expect(results().filter((result) => result.session === session)).toMatchObject([{ exam: 'passed' }]);

    await kill9(['reset', session], moments.resetting);
    expect((await nextStart()).map(({ state }) => state)).toEqual(['failed']);
    expect(results().filter((result) => result.session === session)).toMatchObject([{ exam: 'passed' }]);
    await nothingIsLeft();
    await kubewright.run(['stop', session]);
  });

  test('while it is stopped: the next start stops it to its end', async () => {
    const session = await startFully();
    await kill9(['stop', session], 'asks the engine');
    // As far as it had come: it goes on, or it is as it was and can be stopped.
    const rows = await nextStart();
    const codes = await Promise.all(rows.map(async () => (await kubewright.run(['stop', session])).exitCode));
    expect(codes.every((code) => code === 0)).toBe(true);
    expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
    await nothingIsLeft();
  });
});
