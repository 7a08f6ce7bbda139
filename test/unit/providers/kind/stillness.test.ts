import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { standStill, wake } from '../../../../engine/providers/kind/stillness.ts';
import type { Exec } from '../../../../engine/system/exec.ts';

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
  let refusal: string | undefined;
  const exec: Exec = {
    async run([, verb = '', ...words]) {
      const result = { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: [verb, ...words].join(' ') };
      if (verb === 'ps') {
        const wanted = words.find((word) => word.startsWith('status='))?.slice('status='.length);
        const found = [...states].filter(([, state]) => state === wanted);
        return { ...result, stdout: found.map(([name]) => `${name}|${labels(name)}\n`).join('') };
      }
      told.push([verb, ...words].join(' '));
      for (const [index, name] of words.entries()) {
        // The engine does one after the other.
        if (verb === 'pause' && refusal !== undefined && index === 2)
          return { ...result, exitCode: 1, stderr: refusal };
        states.set(name, verb === 'pause' ? 'paused' : 'running');
      }
      return result;
    },
  };
  return { exec, states, told, refuse: (reason: string) => void (refusal = reason) };
}

const isNoted = () =>
  access(note).then(
    () => true,
    () => false,
  );

describe('a session', () => {
  test('stands still with all its containers, the witness first, and is woken with the witness last', async () => {
    const { exec, told } = setUp();
    await standStill(exec, 'abc', note);
    expect(await isNoted()).toBe(true);
    await wake(exec, 'abc', note);
    expect(told).toEqual([`pause ${[witness, ...machines].join(' ')}`, `unpause ${[...machines, witness].join(' ')}`]);
    expect(await isNoted()).toBe(false);
  });

  test('keeps a machine frozen that a fault has frozen', async () => {
    const { exec, states } = setUp();
    states.set(`${cluster}-worker`, 'paused');
    await standStill(exec, 'abc', note);
    expect((await readFile(note, 'utf8')).split('\n')).not.toContain(`${cluster}-worker`);
    await wake(exec, 'abc', note);
    expect(states.get(`${cluster}-worker`)).toBe('paused');
    expect(states.get(`${cluster}-control-plane`)).toBe('running');
  });

  test('runs when it cannot be stopped whole, and the error says why', async () => {
    const { exec, states, refuse } = setUp();
    refuse('the engine says no');
    await expect(standStill(exec, 'abc', note)).rejects.toThrow('the engine says no');
    expect([...states.values()]).not.toContain('paused');
    expect(await isNoted()).toBe(false);
  });

  test('that does not stand still is not woken, and one of which nothing runs is not stopped', async () => {
    const { exec, states, told } = setUp();
    await wake(exec, 'abc', note);
    for (const name of [...machines, witness]) states.set(name, 'exited');
    await standStill(exec, 'abc', note);
    expect(told).toEqual([]);
    expect(await isNoted()).toBe(false);
  });

  test('is woken by another process although a part of it is gone', async () => {
    const { exec, states, told } = setUp();
    await standStill(exec, 'abc', note);
    states.delete(`${cluster}-student`);
    await wake(exec, 'abc', note);
    expect(told.at(-1)).toBe(`unpause ${cluster}-control-plane ${cluster}-worker ${witness}`);
  });
});
