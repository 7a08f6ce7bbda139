import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { readDatabaseFile, readOpenDatabase } from '../reading/etcd-process.ts';
import { readLeadership } from '../reading/leases.ts';
import { retryUntil } from '../system/clock.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const schema = z.strictObject({
  /** The only control plane. */
  node: z.string().min(1),
  /** The directory that etcd runs with from then on; the old one stays, and kubeadm goes on knowing only that. */
  dataDir: z.string().startsWith('/'),
  /** Arguments that the API server gets by hand on the same occasion, such as "--audit-log-maxage=30". */
  apiServerArgs: z.array(z.string().regex(/^--[a-z0-9-]+=[\w./:-]+$/)).optional(),
  /** Manifests applied afterwards: only the new directory has them. */
  after: z.string().min(1).optional(),
});
type Spec = z.infer<typeof schema>;

const actWithinMs = 180_000;
const readyWithinMs = 180_000;
/** The directories have to differ by more than a check that looks for an older state lets pass. */
const revisionsAhead = 60;
const aheadWithinMs = 240_000;

/**
 * As the documentation of a restore has it: everybody who reads etcd is stopped, the data go to a new directory, and
 * manifest and mounts name it. The database is taken from the stopped etcd, so that nothing is lost. The scripts write
 * outside the manifests folder: the kubelet would take every file in it for a pod.
 */
const script = `set -e
manifests=/etc/kubernetes/manifests
work=$(mktemp -d /etc/kubernetes/.XXXXXX)
mv "$manifests"/*.yaml "$work/"
for _ in $(seq 120); do
  [ -n "$(crictl ps --quiet --name '^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$')" ] || break
  sleep 1
done
name=$(sed -n 's/.*--name=//p' "$work/etcd.yaml")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$work/etcd.yaml")
etcdutl snapshot restore /var/lib/etcd/member/snap/db --skip-hash-check --data-dir "$1" \\
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
sed -i "s#/var/lib/etcd\\$#$1#" "$work/etcd.yaml"
dir=$1
shift
for argument; do sed -i "s#^\\( *\\)- kube-apiserver\\$#&\\n\\1- $argument#" "$work/kube-apiserver.yaml"; done
grep -qF -- "--data-dir=$dir" "$work/etcd.yaml"
mv "$work"/*.yaml "$manifests/"
rmdir "$work"`;

export const etcdRestoredByHandFault: FaultDefinition<Spec> = {
  kind: 'etcd-restored-by-hand',
  summary:
    'A colleague has restored etcd into another directory and set manifests by hand; kubeadm has been told of neither.',
  schema,
  async apply(context, spec) {
    const argv = ['bash', '-c', script, 'restore', spec.dataDir, ...(spec.apiServerArgs ?? [])];
    const options = { timeoutMs: actWithinMs, signal: context.signal };
    const result = await context.machine(spec.node).exec(argv, options);
    if (result.exitCode !== 0) throw commandFailed(result);
    const restoredAt = context.clock.now();
    await wait(context, readyWithinMs, 'the API server did not come back after the restore', () =>
      context.kube.isReady().catch(() => false),
    );
    await wait(context, readyWithinMs, 'controller manager and scheduler did not take up their work', () =>
      isLed(context, restoredAt).catch(() => false),
    );
    if (spec.after !== undefined) await applySoon(context, spec.after);
    await wait(context, aheadWithinMs, 'the restored etcd takes no new data', async () => {
      const { before, now } = revisions(await context.timeline(), spec.node, restoredAt);
      return before !== undefined && now !== undefined && now - before >= revisionsAhead;
    });
  },
  /** Looks which database file etcd has open, and at the arguments of the API server that runs. */
  async prove(context, spec) {
    const machine = context.machine(spec.node);
    const [open, wanted, stale] = [
      await readOpenDatabase(machine),
      await readDatabaseFile(machine, spec.dataDir),
      await readDatabaseFile(machine, '/var/lib/etcd'),
    ];
    if (open === undefined || open.file !== wanted)
      return { holds: false, seen: `etcd on ${spec.node} does not have the database in ${spec.dataDir} open` };
    if (stale === undefined) return { holds: false, seen: `the old directory on ${spec.node} is gone` };
    const args = await proveArguments(context, spec);
    return { holds: args.holds, seen: `etcd on ${spec.node} runs with the data in ${spec.dataDir}; ${args.seen}` };
  },
  proveWithinMs: 60_000,
};

/**
 * The leases in the restored data are those of before: whoever starts anew waits until they have run out. Until then no
 * controller works, and kubeadm gives up what it wants to have done in 15 s (its health check before an upgrade).
 */
async function isLed({ kube }: FaultContext, since: number): Promise<boolean> {
  const leaders = ['kube-controller-manager', 'kube-scheduler'].map((component) => readLeadership(kube, component));
  return (await Promise.all(leaders)).every((leader) => leader !== undefined && leader.renewedAt > since);
}

/** The highest revision that etcd answered with before the restore, and the last one. */
function revisions(
  timeline: readonly TimelineEvent[],
  node: string,
  restoredAt: number,
): { before: number | undefined; now: number | undefined } {
  const answers = timeline.flatMap((event) =>
    event.kind === 'etcd' && event.node === node && event.facts !== undefined
      ? [{ at: event.at, revision: event.facts.revision }]
      : [],
  );
  const before = answers.filter(({ at }) => at < restoredAt).map(({ revision }) => revision);
  return {
    before: before.length === 0 ? undefined : Math.max(...before),
    now: answers.findLast(({ at }) => at > restoredAt)?.revision,
  };
}

async function proveArguments(context: FaultContext, spec: Spec): Promise<FaultProof> {
  const wanted = spec.apiServerArgs ?? [];
  const argv = ['sh', '-c', 'tr "\\0" "\\n" < "/proc/$(pgrep -o -x kube-apiserver)/cmdline"'];
  const result = await context.machine(spec.node).exec(argv, { timeoutMs: readyWithinMs, signal: context.signal });
  const missing = wanted.filter((argument) => !result.stdout.split('\n').includes(argument));
  return {
    holds: missing.length === 0,
    seen: `its API server runs ${missing.length === 0 ? 'as set by hand' : `without ${missing.join(' ')}`}`,
  };
}

/** An API server that has just come back may refuse for a while: admission and service accounts come later. */
async function applySoon(context: FaultContext, manifest: string): Promise<void> {
  let refusal: unknown;
  await wait(
    context,
    readyWithinMs,
    () => `an application was refused: ${String(refusal)}`,
    async () => {
      try {
        await context.kube.apply(manifest);
        return true;
      } catch (error) {
        refusal = error;
        return false;
      }
    },
  );
}

async function wait(
  context: FaultContext,
  withinMs: number,
  otherwise: string | (() => string),
  holds: () => Promise<boolean>,
): Promise<void> {
  const options = { withinMs, everyMs: 1_000, signal: context.signal };
  const held = await retryUntil(context.clock, options, async () => ((await holds()) ? true : undefined));
  if (held === true) return;
  throw new KubewrightError('FAULT_NOT_PROVEN', typeof otherwise === 'string' ? otherwise : otherwise());
}
