import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StillnessEngine, standStill, wake, wakeWitness } from '../../../../engine/providers/kind/stillness.ts';
import { FakeClock } from '../../system/fake-clock.ts';

const cluster = 'kubewright-abc';
const witness = `${cluster}-witness`;
const machines = [`${cluster}-control-plane`, `${cluster}-worker`, `${cluster}-student`];

let folder: string;
let note: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stillness-'));
  note = join(folder, 'still');
});
afterEach(() => rm(folder, { recursive: true }));

/** An engine with a session, another session and a container of somebody else. */
function setUp() {
  const states = new Map<string, string>([
    ...machines.map((name) => [name, 'running'] as const),
    [witness, 'running'] as const,
    ['kubewright-xyz-worker', 'running'] as const,
    ['elsewhere', 'running'] as const,
  ]);
  const labels = (name: string): Record<string, string> => {
    if (name === 'elsewhere') return {};
    const [, session = ''] = name.split('-');
    return name.endsWith('student') || name.endsWith('witness')
      ? { 'kubewright.session': session }
      : { 'io.x-k8s.kind.cluster': `kubewright-${session}` };
  };
  const told: string[] = [];
  /** What is said of a container that cannot be stopped, as often as that is so. */
  const refusals = new Map<string, { reason: string; times: number }>();
  const engine: StillnessEngine = {
    async listContainers({ filters: { status } }) {
      const found = [...states].filter(([, state]) => status.includes(state));
      return found.map(([name]) => ({ Names: [`/${name}`], Labels: labels(name) }));
    },
    getContainer: (name) => ({
      async pause() {
        told.push(`pause ${name}`);
        const refusal = refusals.get(name);
        if (refusal !== undefined && refusal.times-- > 0) throw new Error(refusal.reason);
        states.set(name, 'paused');
      },
      async unpause() {
        // As the engine says it (moby's daemon/unpause.go).
        if (states.get(name) !== 'paused') throw new Error(`(HTTP code 500) Container ${name} is not paused`);
        told.push(`unpause ${name}`);
        states.set(name, 'running');
      },
    }),
  };
  const refuse = (name: string, reason: string, times: number) => void refusals.set(name, { reason, times });
  return { engine, clock: new FakeClock(), states, told, refuse };
}

const isNoted = () =>
  access(note).then(
    () => true,
    () => false,
  );

describe('a session', () => {
  test('stands still with all its containers, the witness first, and is woken with the witness last', async () => {
    const { engine, clock, told } = setUp();
    await standStill(engine, clock, 'abc', note);
    expect(await isNoted()).toBe(true);
    await wake(engine, 'abc', note);
    expect(told).toEqual([
      `pause ${witness}`,
      ...machines.map((name) => `pause ${name}`),
      ...machines.map((name) => `unpause ${name}`),
      `unpause ${witness}`,
    ]);
    expect(await isNoted()).toBe(false);
  });

  test('keeps a machine frozen that a fault has frozen', async () => {
    const { engine, clock, states } = setUp();
    states.set(`${cluster}-worker`, 'paused');
    await standStill(engine, clock, 'abc', note);
    expect((await readFile(note, 'utf8')).split('\n')).not.toContain(`${cluster}-worker`);
    await wake(engine, 'abc', note);
    expect(states.get(`${cluster}-worker`)).toBe('paused');
    expect(states.get(`${cluster}-control-plane`)).toBe('running');
  });

  test('is not woken behind an error before the others of the same turn are answered', async () => {
    const { engine, clock, states, refuse } = setUp();
    refuse(`${cluster}-control-plane`, 'the engine says no', 1);
    const slow: StillnessEngine = {
      ...engine,
      getContainer: (name) => ({
        ...engine.getContainer(name),
        async pause() {
          // After the refusal, by a turn of the event loop.
          if (name === `${cluster}-worker`) await new Promise((resolve) => setImmediate(resolve));
          await engine.getContainer(name).pause();
        },
      }),
    };
    await expect(standStill(slow, clock, 'abc', note)).rejects.toThrow('the engine says no');
    expect([...states.values()]).not.toContain('paused');
  });

  test('runs when it cannot be stopped whole, and the error says why', async () => {
    const { engine, clock, states, refuse } = setUp();
    refuse(`${cluster}-worker`, 'the engine says no', 1);
    await expect(standStill(engine, clock, 'abc', note)).rejects.toThrow('the engine says no');
    expect([...states.values()]).not.toContain('paused');
    expect(await isNoted()).toBe(false);
  });

  const frozenTooLate =
    'Error response from daemon: Cannot pause container 3be1af: OCI runtime pause failed: unable to freeze: unknown';

  test('stands still although one of its machines starts so many processes that it escapes a few times', async () => {
    const { engine, clock, told, states, refuse } = setUp();
    refuse(`${cluster}-worker`, frozenTooLate, 3);
    await standStill(engine, clock, 'abc', note);
    expect(told.slice(1 + machines.length)).toEqual(Array(3).fill(`pause ${cluster}-worker`));
    expect(states.get(`${cluster}-worker`)).toBe('paused');
    expect(await isNoted()).toBe(true);
  });

  test('runs when one of its machines escapes for 20 s', async () => {
    const { engine, clock, states, refuse } = setUp();
    refuse(`${cluster}-worker`, frozenTooLate, Number.POSITIVE_INFINITY);
    const began = clock.monotonic();
    await expect(standStill(engine, clock, 'abc', note)).rejects.toThrow('unable to freeze');
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(20_000);
    expect([...states.values()]).not.toContain('paused');
    expect(await isNoted()).toBe(false);
  });

  test('that somebody has woken while it was being stopped can be woken once more', async () => {
    const { engine, clock, states } = setUp();
    let isWoken = false;
    const meanwhile: StillnessEngine = {
      ...engine,
      getContainer: (name) => ({
        ...engine.getContainer(name),
        async pause() {
          await engine.getContainer(name).pause();
          if (isWoken) return;
          isWoken = true;
          await wake(engine, 'abc', note);
        },
      }),
    };
    await standStill(meanwhile, clock, 'abc', note);
    await wake(engine, 'abc', note);
    expect([...states.values()]).not.toContain('paused');
  });

  test('that does not stand still is not woken, and one of which nothing runs is not stopped', async () => {
    const { engine, clock, states, told } = setUp();
    await wake(engine, 'abc', note);
    for (const name of [...machines, witness]) states.set(name, 'exited');
    await standStill(engine, clock, 'abc', note);
    expect(told).toEqual([]);
    expect(await isNoted()).toBe(false);
  });

  test('is woken by another process although a part of it is gone', async () => {
    const { engine, clock, states, told } = setUp();
    await standStill(engine, clock, 'abc', note);
    states.delete(`${cluster}-student`);
    await wake(engine, 'abc', note);
    expect(told.slice(-3)).toEqual([
      `unpause ${cluster}-control-plane`,
      `unpause ${cluster}-worker`,
      `unpause ${witness}`,
    ]);
  });

  test('has its witness go on before the others, and what is awake already is left alone', async () => {
    const { engine, clock, states, told } = setUp();
    await standStill(engine, clock, 'abc', note);
    await wakeWitness(engine, 'abc');
    await wakeWitness(engine, 'abc');
    expect([...states].filter(([, state]) => state === 'paused').map(([name]) => name)).toEqual(machines);
    await wake(engine, 'abc', note);
    expect(told.filter((word) => word.startsWith('unpause'))).toEqual([
      `unpause ${witness}`,
      ...machines.map((name) => `unpause ${name}`),
    ]);
    const gone = { getContainer: () => ({ unpause: () => Promise.reject(new Error('no such container')) }) };
    await expect(wakeWitness(gone as unknown as StillnessEngine, 'abc')).rejects.toThrow('no such container');
  });
});
