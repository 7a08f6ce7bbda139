import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRecovery } from '../../../../engine/drill/recover.ts';
import { openDatabase } from '../../../../engine/store/database.ts';
import { createSessionStore } from '../../../../engine/store/sessions.ts';
import { writeSmallScenario } from '../../scenario/small-scenario.ts';
import { FakeClock } from '../../system/fake-clock.ts';
import { DiskProvider } from './disk-provider.ts';

const seeds = 20;
/** What a start after a kill may take to adopt or reap everything. */
const recoveredWithinMs = 10_000;
const never = Number.MAX_SAFE_INTEGER;

interface Said {
  readonly stage?: string;
  readonly ready?: string;
  readonly finished?: string;
  readonly exam?: string;
  readonly stages?: readonly string[];
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kubewright-kill9-'));
  await writeSmallScenario(join(root, 'template'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let homes = 0;
async function newHome(): Promise<string> {
  homes += 1;
  const home = join(root, String(homes));
  await cp(join(root, 'template'), home, { recursive: true });
  return home;
}

/** Runs the victim until it ends or kills itself. */
async function live(mode: 'life' | 'failing' | 'ahead' | 'swap' | 'recover', home: string, killAt: number) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), mode, home, String(killAt)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Two hundred processes read the same modules.
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'compiled') },
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const lines = output.split('\n').filter((line) => line !== '');
  return { code, killed: signal === 'SIGKILL', complaints, said: lines.map((line) => JSON.parse(line) as Said) };
}

function openHome(home: string) {
  const clock = new FakeClock();
  const database = openDatabase(join(home, 'store.db'));
  const store = createSessionStore(database);
  const provider = new DiskProvider(join(home, 'engine'), clock);
  const recover = () => createRecovery({ provider, store, clock })({ look: true, onSession: () => {} });
  return { database, store, provider, recover };
}

/** Everything that must hold after the next start, whenever the former one was killed. */
async function inspect(home: string, said: readonly Said[]): Promise<{ ms: number }> {
  const { database, store, provider, recover } = openHome(home);
  const startedAt = performance.now();
  const first = await recover();
  const ms = performance.now() - startedAt;
  expect(ms).toBeLessThan(recoveredWithinMs);
  expect(first.open).toEqual([]);
  expect(first.unknown).toEqual([]);

  const rows = store.all();
  const kept = rows
    .filter(({ state }) => state === 'ready' || state === 'finished')
    .map(({ cluster }) => cluster)
    .toSorted();
  expect(rows.filter(({ state }) => !['ready', 'finished', 'failed'].includes(state))).toEqual([]);
  // Nothing is there that nobody owns, and what is kept is whole.
  expect((await provider.list()).toSorted()).toEqual(kept);
  expect([...store.waiting.all(), ...store.discarded.all()]).toEqual([]);
  for (const id of kept) expect(await provider.missing(id)).toEqual([]);

  // A session that was handed over is not lost by a kill while nobody was making or unmaking it.
  const stage = said.findLast((line) => line.stage !== undefined)?.stage;
  const mustBeKept = stage === 'ready' || stage === 'checking' || stage === 'submitting' || stage === 'finished';
  expect(kept.length).toBeGreaterThanOrEqual(mustBeKept ? 1 : 0);
  expect(stage === 'finished' ? rows.map(({ state }) => state) : ['finished']).toEqual(['finished']);

  // No verdict that somebody was told is lost, and none is there twice.
  const results = database.prepare('SELECT session, started_at AS s, exam FROM result ORDER BY number').all();
  const told = said.filter((line) => line.finished !== undefined);
  expect(results.slice(0, told.length).map(({ session, exam }) => ({ session, exam }))).toEqual(
    told.map(({ finished, exam }) => ({ session: finished, exam })),
  );
  expect(new Set(results.map(({ session, s }) => `${String(session)} ${String(s)}`)).size).toBe(results.length);
  for (const row of rows.filter(({ state }) => state === 'finished')) {
    expect(results.findLast(({ session }) => session === row.id)).toMatchObject({ exam: row.verdict?.exam });
  }

  expect(await recover()).toMatchObject({
    reaped: [],
    open: [],
    adopted: rows.filter((row) => row.state === 'ready').map(({ id }) => id),
  });
  database.close();
  return { ms };
}

/** The crash points of one stage that these seeds fall on, spread over all of them. */
function pointsOf(stages: readonly string[], stage: string): number[] {
  const all = stages.flatMap((name, index) => (name === stage ? [index] : []));
  return Array.from({ length: seeds }, (_, seed) => all[Math.floor(((seed + 0.5) * all.length) / seeds)] ?? 0);
}

/** So many at a time as there are cores. */
async function inParallel<T>(jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  const waiting = [...jobs];
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await work(job);
    }),
  );
}

describe.each([
  ['life', ['provisioning', 'ready', 'checking', 'submitting', 'finished', 'resetting', 'stopping'], 4],
  ['failing', ['provisioning', 'failed', 'stopping'], 1],
  ['ahead', ['waiting', 'provisioning', 'ready', 'stopping'], 4],
  ['swap', ['provisioning', 'ready', 'resetting', 'stopping'], 4],
] as const)('kill -9 in a %s', (mode, expected, recoveriesKilled) => {
  let stages: readonly string[];
  beforeAll(async () => {
    const whole = await live(mode, await newHome(), never);
    if (whole.code !== 0) throw new Error(whole.complaints);
    stages = whole.said.at(-1)?.stages ?? [];
    if (String([...new Set(stages)]) !== String(expected))
      throw new Error(`it lived through ${String([...new Set(stages)])}`);
  }, 120_000);

  test.each(
    expected,
  )(`while it is %s, at ${seeds} points: nothing leaks, no result is lost, the next start knows what to do`, async (stage) => {
    const times: number[] = [];
    await inParallel(pointsOf(stages, stage), async (killAt) => {
      const home = await newHome();
      const { killed, said, complaints } = await live(mode, home, killAt);
      expect(killed, complaints).toBe(true);
      times.push((await inspect(home, said)).ms);
    });
    expect(times).toHaveLength(seeds);
    process.stdout.write(
      `  kill -9, ${mode}, ${stage}: ${times.length} runs, 0 leaks, 0 lost results, slowest recovery ${Math.max(...times).toFixed(0)} ms\n`,
    );
  }, 300_000);

  test('and again and again while the next start recovers: the last one still gets there', async () => {
    const killAt = pointsOf(stages, 'stopping')[seeds - 3] ?? 0;
    const home = await newHome();
    const { said } = await live(mode, home, killAt);
    let kills = 0;
    // Each is killed a little later than the one before, until one comes to its end.
    while ((await live('recover', home, kills * 2)).killed) kills += 1;
    expect(kills).toBeGreaterThanOrEqual(recoveriesKilled);
    await inspect(home, said);
  }, 120_000);
});
