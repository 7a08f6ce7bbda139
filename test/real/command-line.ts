import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { homeLabel, kindClusterLabel, sessionLabel, sessionOfCluster } from '../../engine/providers/kind/names.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
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

/**
 * What is there now and was not there before and is ours, or nobody's: must be nothing. Others may use the engine, too: what
 * carries the label of a session of another store, or belongs to such a container, is theirs.
 */
export async function leftSince(before: EngineObjects, { home }: Pick<CommandLine, 'home'>): Promise<string[]> {
  let left: string[] = [];
  // Somebody else's container may be there a moment before we can see whose it is.
  await retryUntil(systemClock, { withinMs: 15_000, everyMs: 1_000 }, async () => {
    const [after, theirs] = [await engineObjects(), await foreignObjects(home)];
    left = (['containers', 'networks', 'volumes'] as const).flatMap((sort) =>
      after[sort].filter((id) => !before[sort].includes(id) && !theirs.has(id)).map((id) => `${sort} ${id}`),
    );
    return left.length === 0 ? true : undefined;
  });
  return left;
}

/** Ids of containers and networks and names of volumes that belong to a session of another store: its network says so. */
async function foreignObjects(home: string): Promise<Set<string>> {
  const docker = async (...argv: string[]) => (await systemExec.run(['docker', ...argv])).stdout.split('\n');
  const ofNetwork = `{{.ID}}|{{.Label "${sessionLabel}"}}|{{.Label "${homeLabel}"}}`;
  const networks = (await docker('network', 'ls', '--format', ofNetwork))
    .map((row) => row.split('|'))
    .filter(([, session = '', owner = '']) => session !== '' && owner !== '' && owner !== home);
  const foreign = new Set(networks.map(([, session = '']) => session));
  const ids = (await docker('ps', '--all', '--quiet')).filter((id) => id !== '');
  const label = (name: string) => `{{index .Config.Labels "${name}"}}`;
  const ofContainer = `{{.Id}}|${label(sessionLabel)}|${label(kindClusterLabel)}|{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}`;
  const containers = ids.length === 0 ? [] : await docker('inspect', '--format', ofContainer, ...ids);
  return new Set([
    ...networks.map(([id = '']) => id),
    ...containers.flatMap((row) => {
      // This is how Docker's inspect prints a label that is not there.
      const [id = '', session = '', cluster = '', volumes = ''] = row.replaceAll('<no value>', '').split('|');
      const owner = session === '' ? (sessionOfCluster(cluster) ?? '') : session;
      return foreign.has(owner) ? [id.slice(0, 12), ...volumes.split(' ')] : [];
    }),
  ]);
}
