import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Node, ResourceRef } from '../providers/provider.ts';
import { backupNoteManifest, lastBackup } from '../reading/backup-note.ts';
import { readSnapshot } from '../reading/etcd-snapshot.ts';
import { clusterConfiguration } from '../reading/kubeadm-configuration.ts';
import { retryUntil } from '../system/clock.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const place = z.strictObject({ on: z.string().min(1), path: z.string().startsWith('/') });
type Place = z.infer<typeof place>;

const schema = z.strictObject({
  /** The control plane whose etcd is saved. */
  node: z.string().min(1),
  /** Where copies of the snapshot are put: on nodes for root, on the student host for the learner. */
  snapshot: z.array(place).min(1),
  /** /etc/kubernetes/pki as a compressed tar archive. */
  pki: place.optional(),
  /** What kubeadm, the kubelets and kube-proxy are configured with, as "kubeadm init --config" takes it. */
  kubeadmConfig: place.optional(),
  /** Manifests applied after the snapshot: what a restore must not bring back. */
  after: z.string().min(1).optional(),
  /** So many objects does the witness write after the snapshot before the story goes on; 1 if not said. */
  markersAfter: z.int().min(1).max(20).optional(),
});
type Spec = z.infer<typeof schema>;

const actWithinMs = 60_000;
/** The witness writes one every 3 s. */
const markersWithinMs = 120_000;
/** A marker is noted when it was answered, at most this long after it was written. */
const answerMs = 3_000;

const etcdctl = [
  'etcdctl',
  '--endpoints=https://127.0.0.1:2379',
  '--cacert=/etc/kubernetes/pki/etcd/ca.crt',
  '--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt',
  '--key=/etc/kubernetes/pki/etcd/healthcheck-client.key',
];

export const backupTakenFault: FaultDefinition<Spec> = {
  kind: 'backup-taken',
  summary: 'A colleague has taken a backup: a snapshot of etcd, and perhaps the PKI and the configuration of kubeadm.',
  schema,
  async apply(context, spec) {
    const files = placesOf(spec).map(({ on, path }) => `${on}:${path}`);
    await waitForMarkers(context, 1, 0);
    await context.kube.apply(backupNoteManifest('running', files));
    await saveSnapshot(context, spec);
    if (spec.pki !== undefined) {
      const archive = ['sh', '-c', 'tar -cz -C /etc/kubernetes pki | base64'];
      await put(context, spec.pki, await run(context.machine(spec.node), context, archive), 'base64 -d');
    }
    if (spec.kubeadmConfig !== undefined) {
      await put(context, spec.kubeadmConfig, await clusterConfiguration(context.kube), 'cat');
    }
    await context.kube.apply(backupNoteManifest('done', files));
    await waitForMarkers(context, spec.markersAfter ?? 1, context.clock.now() + answerMs);
    if (spec.after !== undefined) await context.kube.apply(spec.after);
  },
  /** Looks at the files where they are, at the record of the backup, and for what was applied after it. */
  async prove(context, spec) {
    const proofs = await Promise.all([
      proveRecord(context),
      ...spec.snapshot.map((copy) => proveSnapshot(context, copy)),
      ...(spec.pki === undefined ? [] : [provePki(context, spec.pki)]),
      ...(spec.kubeadmConfig === undefined ? [] : [proveConfig(context, spec.kubeadmConfig)]),
      ...(spec.after === undefined ? [] : [proveApplied(context, spec.after)]),
    ]);
    return { holds: proofs.every(({ holds }) => holds), seen: proofs.map(({ seen }) => seen).join('; ') };
  },
  proveWithinMs: 30_000,
};

function placesOf({ snapshot, pki, kubeadmConfig }: Spec): Place[] {
  return [...snapshot, ...(pki === undefined ? [] : [pki]), ...(kubeadmConfig === undefined ? [] : [kubeadmConfig])];
}

async function saveSnapshot(context: FaultContext, spec: Spec): Promise<void> {
  const machine = context.machine(spec.node);
  const folder = (await run(machine, context, ['mktemp', '-d'])).trim();
  try {
    await run(machine, context, [...etcdctl, 'snapshot', 'save', `${folder}/snapshot.db`]);
    const text = await run(machine, context, ['sh', '-c', 'gzip -c "$1" | base64', 'sh', `${folder}/snapshot.db`]);
    for (const copy of spec.snapshot) await put(context, copy, text, 'base64 -d | gunzip');
  } finally {
    await machine.exec(['rm', '-rf', folder], { user: 'root', timeoutMs: actWithinMs });
  }
}

/** Writes what comes out of the filter, for the learner on their own host, for root elsewhere. */
async function put(context: FaultContext, { on, path }: Place, text: string, filter: string): Promise<void> {
  const machine = context.machine(on);
  const script = `set -e; mkdir -p "\${1%/*}"; umask 077; ${filter} > "$1"; chmod 0600 "$1"; [ -z "$2" ] || chown "$2": "$1"`;
  await run(machine, context, ['sh', '-c', script, 'sh', path, machine.role === 'student' ? 'student' : ''], text);
}

/** Waits until the witness, where it writes any, has written so many objects to the cluster since `after` (wall clock ms). */
async function waitForMarkers(context: FaultContext, count: number, after: number): Promise<void> {
  const found = await retryUntil(
    context.clock,
    { withinMs: markersWithinMs, everyMs: 500, signal: context.signal },
    async () => {
      const markers = markersIn(await context.timeline());
      const namespace = await context.kube.read({ apiVersion: 'v1', kind: 'Namespace', name: 'markers' });
      return namespace === undefined || markers.filter((at) => at > after).length >= count ? true : undefined;
    },
  );
  if (found === undefined) {
    throw new KubewrightError('FAULT_NOT_PROVEN', 'the witness writes no objects to the cluster around the backup');
  }
}

function markersIn(timeline: readonly TimelineEvent[]): number[] {
  return timeline.flatMap((event) => (event.kind === 'marker' ? [event.at] : []));
}

async function proveRecord(context: FaultContext): Promise<FaultProof> {
  const backup = lastBackup(await context.timeline());
  if (backup === undefined) return { holds: false, seen: 'the backup is not in the record yet' };
  return { holds: true, seen: `the backup took ${backup.done - backup.begun} ms` };
}

async function proveSnapshot(context: FaultContext, { on, path }: Place): Promise<FaultProof> {
  const snapshot = await readSnapshot(context.machine(on), path);
  if (snapshot === undefined) return { holds: false, seen: `there is no ${path} on ${on}` };
  const state = snapshot.whole ? 'whole' : 'damaged';
  return { holds: snapshot.whole, seen: `${path} on ${on} is a ${state} snapshot of ${snapshot.bytes} bytes` };
}

async function provePki(context: FaultContext, { on, path }: Place): Promise<FaultProof> {
  const listing = await run(context.machine(on), context, ['tar', '-tzf', path]);
  const wanted = ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((name) => [`pki/${name}.crt`, `pki/${name}.key`]);
  const missing = [...wanted, 'pki/sa.key', 'pki/sa.pub'].filter((name) => !listing.split('\n').includes(name));
  return { holds: missing.length === 0, seen: `${path} on ${on} lacks ${missing.join(', ') || 'nothing'}` };
}

async function proveConfig(context: FaultContext, { on, path }: Place): Promise<FaultProof> {
  const text = (await context.machine(on).read(path)) ?? '';
  const kinds = parseAllDocuments(text).map((document) => (document.toJS() as { kind?: string } | null)?.kind ?? '');
  return { holds: kinds.includes('ClusterConfiguration'), seen: `${path} on ${on} has ${kinds.join(', ')}` };
}

async function proveApplied(context: FaultContext, manifests: string): Promise<FaultProof> {
  const refs = parseAllDocuments(manifests).flatMap((document) => {
    const object = document.toJS() as { apiVersion: string; kind: string; metadata: Omit<ResourceRef, 'kind'> } | null;
    if (object === null) return [];
    const { name, namespace } = object.metadata;
    return [
      { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) },
    ];
  });
  const found = await Promise.all(refs.map((ref) => context.kube.read(ref)));
  const missing = refs.filter((_, index) => found[index] === undefined).map(({ kind, name }) => `${kind} ${name}`);
  return { holds: missing.length === 0, seen: `${refs.length - missing.length} objects were made after the backup` };
}

async function run(machine: Node, context: FaultContext, argv: readonly string[], input?: string): Promise<string> {
  const result = await machine.exec(argv, {
    user: 'root',
    timeoutMs: actWithinMs,
    signal: context.signal,
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}
