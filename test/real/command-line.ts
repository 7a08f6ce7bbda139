import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExecOptions, ExecResult } from '../../engine/system/exec.ts';
import { systemExec } from '../../engine/system/exec.ts';

export const checkout = resolve(import.meta.dirname, '../..');
export const program = join(checkout, 'node_modules', '.bin', 'kubewright');

/** The command line as a user runs it, with a store of its own, so that a test touches no session of the user's. */
export interface CommandLine {
  readonly home: string;
  run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  json<T>(argv: readonly string[]): Promise<T>;
  /** Removes every session of this store and the store. */
  end(): Promise<void>;
}

export async function createCommandLine(): Promise<CommandLine> {
  const home = await mkdtemp(join(tmpdir(), 'kubewright-test-'));
  const run = (argv: readonly string[], options: ExecOptions = {}) =>
    systemExec.run([program, ...argv], { ...options, env: { KUBEWRIGHT_HOME: home, ...options.env } });
  return {
    home,
    run,
    async json<T>(argv: readonly string[]) {
      const { stdout, stderr } = await run(argv);
      try {
        return JSON.parse(stdout) as T;
      } catch {
        throw new Error(`kubewright ${argv.join(' ')} printed no JSON: ${stdout}${stderr}`);
      }
    },
    async end() {
      const { stdout } = await run(['sessions', '--json']);
      for (const { id } of JSON.parse(stdout) as { id: string }[]) await run(['stop', id]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface EngineObjects {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** Ids of all containers, networks and volumes of the engine. */
export async function engineObjects(): Promise<EngineObjects> {
  const list = async (...argv: string[]) => {
    const { stdout } = await systemExec.run(['docker', ...argv]);
    return stdout.split('\n').filter((line) => line !== '');
  };
  return {
    containers: await list('ps', '--all', '--quiet'),
    networks: await list('network', 'ls', '--quiet'),
    volumes: await list('volume', 'ls', '--quiet'),
  };
}

/** What is there now and was not there before: must be nothing. What went meanwhile was somebody else's. */
export async function leftSince(before: EngineObjects): Promise<string[]> {
  const after = await engineObjects();
  return (['containers', 'networks', 'volumes'] as const).flatMap((sort) =>
    after[sort].filter((id) => !before[sort].includes(id)).map((id) => `${sort} ${id}`),
  );
}
