import { isKubewrightError } from '../../engine/domain/errors.ts';
import type { HostAccess } from './host-access.ts';

/** What the Docker engine says of itself, asked once for all findings. */
export type EngineFacts =
  | { readonly state: 'no-client' }
  | {
      /** refused: the socket is there and we may not use it. silent: nothing answers. */
      readonly state: 'refused' | 'silent';
      readonly where: EngineAddress;
      readonly message: string;
    }
  | AnsweringEngine;

export interface EngineAddress {
  readonly address: string;
  /** How it was chosen; with "default" nobody asked for a particular engine. */
  readonly chosenBy: 'default' | 'DOCKER_HOST' | 'context';
}

export interface AnsweringEngine {
  readonly state: 'answers';
  readonly where: EngineAddress;
  readonly version: string;
  readonly operatingSystem: string;
  readonly isDesktop: boolean;
  readonly isRootless: boolean;
  /** Root of an ordinary container is nobody on the host ("userns-remap" of the engine). */
  readonly remapsUsers: boolean;
  /** It runs on this very machine (not in Docker Desktop's, and we are not in a container): what is read here is true of it. */
  readonly isLocal: boolean;
  readonly cgroupVersion: '1' | '2' | 'unknown';
  readonly rootDir: string;
  readonly memoryBytes: number;
  readonly storageDriver: string;
  readonly defaultRuntime: string;
  /** Names of all its runtimes. */
  readonly runtimes: readonly string[];
}

/** An engine at the end of an ssh connection may take long; one that hangs must not hang the doctor. */
const answerTimeoutMs = 20_000;

/** Asks the engine that the docker client would use: DOCKER_HOST, the current context or the default socket. */
export async function askEngine(host: HostAccess): Promise<EngineFacts> {
  try {
    const where = await engineAddress(host);
    const result = await host.exec.run(['docker', 'info', '--format', '{{json .}}'], { timeoutMs: answerTimeoutMs });
    const info = parseInfo(result.stdout);
    if (info === undefined || text(info['ServerVersion']) === '') {
      const message = result.timedOut
        ? `no answer within ${answerTimeoutMs / 1000} seconds`
        : (result.stderr.trim().split('\n').at(-1) ?? '');
      return { state: /permission denied/i.test(result.stderr) ? 'refused' : 'silent', where, message };
    }
    return answering(host, where, info);
  } catch (error) {
    if (isKubewrightError(error) && error.code === 'TOOL_MISSING') return { state: 'no-client' };
    throw error;
  }
}

async function engineAddress(host: HostAccess): Promise<EngineAddress> {
  const fromEnv = host.env['DOCKER_HOST'];
  if (fromEnv !== undefined && fromEnv !== '') return { address: fromEnv, chosenBy: 'DOCKER_HOST' };
  const result = await host.exec.run(
    ['docker', 'context', 'inspect', '--format', '{{.Name}} {{.Endpoints.docker.Host}}'],
    { timeoutMs: answerTimeoutMs },
  );
  const [name, address] = result.stdout.trim().split(' ');
  if (result.exitCode !== 0 || name === undefined || address === undefined) {
    return { address: 'unix:///var/run/docker.sock', chosenBy: 'default' };
  }
  return { address, chosenBy: name === 'default' ? 'default' : 'context' };
}

function answering(host: HostAccess, where: EngineAddress, info: Record<string, unknown>): AnsweringEngine {
  const operatingSystem = text(info['OperatingSystem']);
  const isDesktop = /docker desktop/i.test(operatingSystem);
  const options = Array.isArray(info['SecurityOptions']) ? info['SecurityOptions'] : [];
  const cgroup = text(info['CgroupVersion']);
  return {
    state: 'answers',
    where,
    version: text(info['ServerVersion']),
    operatingSystem,
    isDesktop,
    isRootless: options.includes('name=rootless'),
    remapsUsers: options.includes('name=userns'),
    isLocal:
      host.machine.platform === 'linux' &&
      where.address.startsWith('unix://') &&
      text(info['Name']) === host.machine.hostname &&
      !isDesktop,
    cgroupVersion: cgroup === '1' || cgroup === '2' ? cgroup : 'unknown',
    rootDir: text(info['DockerRootDir']),
    memoryBytes: typeof info['MemTotal'] === 'number' ? info['MemTotal'] : 0,
    storageDriver: text(info['Driver']),
    defaultRuntime: text(info['DefaultRuntime']),
    runtimes: Object.keys((info['Runtimes'] as Record<string, unknown> | null | undefined) ?? {}),
  };
}

function parseInfo(stdout: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
