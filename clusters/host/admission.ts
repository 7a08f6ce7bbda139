import { KubewrightError } from '../../engine/domain/errors.ts';
import { askEngine } from './engine-facts.ts';
import type { HostAccess } from './host-access.ts';
import { formatBytes } from './inspection.ts';
import { neededBytes } from './inspections/disk.ts';

/**
 * Whether this machine can take one more session now: the two things that make a start fail half way.
 * @throws KubewrightError ENGINE_UNREACHABLE, DISK_LOW
 */
export async function admitSession(host: HostAccess): Promise<void> {
  const engine = await askEngine(host);
  if (engine.state === 'no-client')
    throw new KubewrightError('ENGINE_UNREACHABLE', 'the docker client is not installed');
  if (engine.state !== 'answers') {
    throw new KubewrightError(
      'ENGINE_UNREACHABLE',
      `no Docker engine answers at ${engine.where.address}: ${engine.message}`,
    );
  }
  // Elsewhere (Docker Desktop, another host, from a container) its disk cannot be seen.
  if (!engine.isLocal || engine.rootDir === '') return;
  const free = await host.files.freeBytes(engine.rootDir);
  if (free >= neededBytes.start) return;
  throw new KubewrightError(
    'DISK_LOW',
    `${formatBytes(free)} are free in ${engine.rootDir}; a session needs ${formatBytes(neededBytes.start)}`,
  );
}

/** Free bytes where the engine keeps its data, without end while none answers; undefined where its disk cannot be seen from here. */
export function createDiskGauge(host: HostAccess): () => Promise<number | undefined> {
  let folder: string | undefined;
  return async () => {
    if (folder === undefined) {
      const engine = await askEngine(host);
      if (engine.state !== 'answers') return Number.POSITIVE_INFINITY;
      if (!engine.isLocal || engine.rootDir === '') return undefined;
      folder = engine.rootDir;
    }
    return host.files.freeBytes(folder);
  };
}

/** What kubeadm has to be told on this host: on cgroup v1 its SystemVerification refuses Kubernetes 1.35 and later. */
export async function findKubeadmFlags(host: HostAccess): Promise<string> {
  return (await hasCgroupV1(host)) ? '--ignore-preflight-errors=SystemVerification' : '';
}

/** Whether the machine that the engine runs on has cgroup v1, by the engine's own word; false when it does not answer. */
export async function hasCgroupV1(host: HostAccess): Promise<boolean> {
  const engine = await askEngine(host);
  return engine.state === 'answers' && engine.cgroupVersion === '1';
}
