import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type ExecOptions, type ExecResult, systemExec } from '../../engine/system/exec.ts';

export const root = resolve(import.meta.dirname, '../..');
export const kubewrightProgram = join(root, 'node_modules', '.bin', 'kubewright');

/** No engine is ever reached from these tests. */
const noEngine = 'unix:///nonexistent/docker.sock';

/** A folder that is removed after the test. */
export async function makeFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `kubewright-${name}-`));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Place {
  readonly home: string;
  /** Environment of every command here. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the command line as a process. Whatever happens, it prints no stack trace. */
  kubewright(...words: readonly string[]): Promise<ExecResult>;
  run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

/** A home of its own, and an engine that does not answer. */
export async function makePlace(program: string = kubewrightProgram): Promise<Place> {
  const home = await makeFolder('home');
  const env = { KUBEWRIGHT_HOME: home, DOCKER_HOST: noEngine, NO_COLOR: '1' };
  const run = async (argv: readonly string[], options: ExecOptions = {}) => {
    const result = await systemExec.run(argv, { ...options, env: { ...env, ...options.env } });
    expect(result.stderr, 'no stack trace').not.toMatch(/^\s+at .*[:(]/m);
    expect(result.stderr, 'no defect').not.toContain('a defect of ours');
    return result;
  };
  return { home, env, run, kubewright: (...words) => run([program, ...words]) };
}

/** What --json promises: one JSON document on standard output and nothing else. */
export function document(result: ExecResult): unknown {
  expect(result.stdout.trim(), `something on standard output of ${result.command}\n${result.stderr}`).not.toBe('');
  return JSON.parse(result.stdout);
}
