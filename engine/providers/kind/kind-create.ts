import { readFile, rm } from 'node:fs/promises';
import { KubewrightError } from '../../domain/errors.ts';
import { commandFailed, type Exec } from '../../system/exec.ts';
import type { ClusterShape } from '../provider.ts';
import { kindConfig } from './kind-config.ts';
import { clusterName, networkName } from './names.ts';

/** kind create takes about 35 s for three nodes on two idle cores; a loaded CI machine gets ten minutes. */
const kindCreateDeadlineMs = 600_000;

/** The step that kind begins when the containers of all machines are there (v0.33.0, actions/config/config.go). */
const withMachines = 'Writing configuration';

export interface KindCluster {
  readonly session: string;
  readonly shape: ClusterShape;
  readonly minor: string;
  readonly upgradeTo?: string | undefined;
  readonly cgroupV1: boolean;
  /** Path of the kind program. */
  readonly kind: string;
  /** Tag of the node image. */
  readonly image: string;
  /** Where kind writes its kubeconfig for a moment. */
  readonly kubeconfigPath: string;
  /** What kind says is added to it. */
  readonly transcript: string[];
  readonly progress: (line: string) => void;
  /** What is to be done as soon as the containers of all machines are there. */
  readonly onMachines: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** What kind is told for a cluster; the whole of it depends on nothing else. */
export function configOf(it: Pick<KindCluster, 'session' | 'shape' | 'minor' | 'upgradeTo' | 'cgroupV1'>): string {
  const { session, shape, minor, upgradeTo, cgroupV1 } = it;
  return kindConfig({ session, shape, minors: upgradeTo === undefined ? [minor] : [minor, upgradeTo], cgroupV1 });
}

/** Has kind make the cluster of a session on its network; what failed is left there. Returns the API server's URL from outside. */
export async function kindCreate(exec: Exec, it: KindCluster): Promise<string> {
  const created = await exec.run(
    [
      it.kind,
      ...['create', 'cluster', '--name', clusterName(it.session), '--image', it.image],
      // --retain: on failure we keep evidence first and then sweep ourselves; kind would discard its own delete's error.
      ...['--config', '-', '--kubeconfig', it.kubeconfigPath, '--retain'],
    ],
    {
      input: configOf(it),
      env: { KIND_EXPERIMENTAL_DOCKER_NETWORK: networkName(it.session) },
      timeoutMs: kindCreateDeadlineMs,
      signal: it.signal,
      onLine: (line) => {
        it.transcript.push(line);
        const step = kindStep(line);
        if (step !== undefined) it.progress(step);
        // A matter of priority only: who hands the cluster over sets its bounds again, and fails if that does.
        if (step === withMachines) void it.onMachines().catch(() => undefined);
      },
    },
  );
  if (created.exitCode !== 0) throw commandFailed(created);
  const outside = /server: (https:\S+)/.exec(await readFile(it.kubeconfigPath, 'utf8'))?.[1];
  if (outside === undefined) throw new KubewrightError('PROVISION_FAILED', 'kind wrote a kubeconfig without a server');
  await rm(it.kubeconfigPath);
  return outside;
}

/** kind says " • Preparing nodes 📦 ..." when it begins a step (v0.33.0, pkg/cluster/internal/cli/status.go without a terminal). */
export function kindStep(line: string): string | undefined {
  if (!line.startsWith(' • ')) return undefined;
  return line
    .replaceAll(/[^\x20-\x7e]/g, '')
    .replace(/\.\.\.\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
