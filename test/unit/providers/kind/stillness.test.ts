import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { standStill, wake } from '../../../../engine/providers/kind/stillness.ts';
import type { Exec } from '../../../../engine/system/exec.ts';
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

/** The docker client in front of a session, another session and a container of somebody else. */
function setUp() {
  const states = new Map<string, string>([
    ...machines.map((name) => [name, 'running'] as const),
    [witness, 'running'] as const,
    ['kubewright-xyz-worker', 'running'] as const,
    ['elsewhere', 'running'] as const,
  ]);
  const labels = (name: string) => {
    if (name === 'elsewhere') return '|';
    const [, session = ''] = name.split('-');
    return name.endsWith('student') || name.endsWith('witness') ? `${session}|` : `|kubewright-${session}`;
  };
  const told: string[] = [];
  /** What is said of a container that cannot be stopped, as often as that is so. */
  const refusals = new Map<string, { reason: string; times: number }>();
  const exec: Exec = {
    async run([, verb = '', ...words]) {
      const result = { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: [verb, ...words].join(' ') };
      if (verb === 'ps') {
        const wanted = words.find((word) => word.startsWith('status='))?.slice('status='.length);
        const found = [...states].filter(([, state]) => state === wanted);
        return { ...result, stdout: found.map(([name]) => `${name}|${labels(name)}\n`).join('') };
      }
      told.push([verb, ...words].join(' '));
      // The client goes on with the others when one is refused.
      const refused = words.flatMap((name) => {
        const refusal = verb === 'pause' ? refusals.get(name) : undefined;
        if (refusal !== undefined && refusal.times-- > 0) return [refusal.reason];
        states.set(name, verb === 'pause' ? 'paused' : 'running');
        return [];
      });
      return refused.length === 0 ? result : { ...result, exitCode: 1, stderr: refused.join('\n') };
    },
  };
  const refuse = (name: string, reason: string, times: number) => void refusals.set(name, { reason, times });
  return { exec, clock: new FakeClock(), states, told, refuse };
}

const isNoted = () =>
  access(note).then(
    () => true,
    () => false,
  );

describe('a session', () => {
  test('stands still with all its containers, the witness first, and is woken with the witness last', async () => {
    const { exec, clock, told } = setUp();
    await standStill(exec, clock, 'abc', note);
    expect(await isNoted()).toBe(true);
    await wake(exec, 'abc', note);
    expect(told).toEqual([
      `pause ${witness}`,
      `pause ${machines.join(' ')}`,
      `unpause ${machines.join(' ')}`,
      `unpause ${witness}`,
    ]);
    expect(await isNoted()).toBe(false);
  });

  test('keeps a machine frozen that a fault has frozen', async () => {
    const { exec, clock, states } = setUp();
    states.set(`${cluster}-worker`, 'paused');
    await standStill(exec, clock, 'abc', note);
    expect((await readFile(note, 'utf8')).split('\n')).not.toContain(`${cluster}-worker`);
    await wake(exec, 'abc', note);
    expect(states.get(`${cluster}-worker`)).toBe('paused');
    expect(states.get(`${cluster}-control-plane`)).toBe('running');
  });

  test('runs when it cannot be stopped whole, and the error says why', async () => {
    const { exec, clock, states, refuse } = setUp();
    refuse(`${cluster}-worker`, 'the engine says no', 1);
    await expect(standStill(exec, clock, 'abc', note)).rejects.toThrow('the engine says no');
    expect([...states.values()]).not.toContain('paused');
    expect(await isNoted()).toBe(false);
  });

  const frozenTooLate =
    'Error response from daemon: Cannot pause container 3be1af: OCI runtime pause failed: unable to freeze: unknown';

  test('stands still although one of its machines starts so many processes that it escapes a few times', async () => {
    const { exec, clock, told, states, refuse } = setUp();
    refuse(`${cluster}-worker`, frozenTooLate, 3);
    await standStill(exec, clock, 'abc', note);
    expect(told.slice(2)).toEqual(Array(3).fill(`pause ${cluster}-worker`));
    expect(states.get(`${cluster}-worker`)).toBe('paused');
    expect(await isNoted()).toBe(true);
  });

  test('runs when one of its machines escapes for 20 s', async () => {
    const { exec, clock, states, refuse } = setUp();
    refuse(`${cluster}-worker`, frozenTooLate, Number.POSITIVE_INFINITY);
    const began = clock.monotonic();
    await expect(standStill(exec, clock, 'abc', note)).rejects.toThrow('unable to freeze');
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(20_000);
    expect([...states.values()]).not.toContain('paused');
    expect(await isNoted()).toBe(false);
  });

  test('that somebody has woken while it was being stopped can be woken once more', async () => {
    const { exec, clock, states } = setUp();
    let isWoken = false;
    const meanwhile: Exec = {
      async run(argv, options) {
        const result = await exec.run(argv, options);
        if (argv[1] === 'pause' && !isWoken) {
          isWoken = true;
          await wake(exec, 'abc', note);
        }
        return result;
      },
    };
    await standStill(meanwhile, clock, 'abc', note);
    await wake(exec, 'abc', note);
    expect([...states.values()]).not.toContain('paused');
  });

  test('that does not stand still is not woken, and one of which nothing runs is not stopped', async () => {
    const { exec, clock, states, told } = setUp();
    await wake(exec, 'abc', note);
    for (const name of [...machines, witness]) states.set(name, 'exited');
    await standStill(exec, clock, 'abc', note);
    expect(told).toEqual([]);
    expect(await isNoted()).toBe(false);
  });

  test('is woken by another process although a part of it is gone', async () => {
    const { exec, clock, states, told } = setUp();
    await standStill(exec, clock, 'abc', note);
    states.delete(`${cluster}-student`);
    await wake(exec, 'abc', note);
    expect(told.at(-1)).toBe(`unpause ${witness}`);
    expect(told.at(-2)).toBe(`unpause ${cluster}-control-plane ${cluster}-worker`);
  });
});
