import { z } from 'zod';
import { isKubewrightError, KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { readEtcdSpace } from '../reading/etcd-space.ts';
import { retryUntil } from '../system/clock.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** The only control plane. */
  node: z.string().min(1),
  /** The quota that etcd gets, in MiB: small, so that it can be filled. It needs room for the cluster itself. */
  quotaMiB: z.int().min(16).max(256),
  /** A namespace that is made and filled with ConfigMaps until etcd refuses one. */
  namespace: z.string().min(1),
});
type Spec = z.infer<typeof schema>;

const manifest = '/etc/kubernetes/manifests/etcd.yaml';
const flag = '--quota-backend-bytes';
const mebibyte = 2 ** 20;
const actWithinMs = 30_000;
/** The kubelet sees the new manifest at once or 20 s later, ends etcd and starts it, and the API server finds it again. */
const restartWithinMs = 120_000;
/** Each member is asked once a second and noted every 2 s at least. */
const freshMs = 6_000;

/** Bytes of one report; an object may have 1 MiB. */
const largeReport = 900_000;
const smallReport = 60_000;
const roomForLarge = 2 * mebibyte;
/** With less room than this a large report is refused, and what is left is enough for a few small objects only. */
const roomForSmall = 2 * smallReport;
const refusal = /database space exceeded/;

/** Through a file outside the folder: the kubelet would take a half-written or second file in it for a pod. */
const replaceScript =
  'umask 077; new=$(mktemp /etc/kubernetes/.XXXXXX) && cat > "$new" && chmod --reference="$1" "$new" && mv -f "$new" "$1"';

export const etcdNospaceFault: FaultDefinition<Spec> = {
  kind: 'etcd-nospace',
  summary: "etcd's database has reached its quota: the alarm NOSPACE is raised, and every write is refused.",
  schema,
  async apply(context, spec) {
    await setQuota(context, spec);
    await context.kube.apply(`{ apiVersion: v1, kind: Namespace, metadata: { name: ${spec.namespace} } }`);
    await fill(context, spec);
  },
  /** By the record, which asks etcd by itself, and by a write of a few bytes. */
  async prove(context, spec) {
    const timeline = await context.timeline();
    const now = timeline.at(-1)?.at ?? 0;
    const last = timeline.findLast((event) => event.kind === 'etcd' && event.node === spec.node);
    const facts = last?.kind === 'etcd' && now - last.at <= freshMs ? last.facts : undefined;
    if (facts === undefined) return { holds: false, seen: `etcd on ${spec.node} has not answered the witness` };
    const size = `${(facts.dbSize / mebibyte).toFixed(1)} of ${spec.quotaMiB} MiB`;
    if (!facts.alarms.includes('NOSPACE')) {
      return { holds: false, seen: `the database on ${spec.node} has ${size}, and no alarm is raised` };
    }
    const refused = await isRefused(() => context.kube.apply(reportManifest(spec.namespace, 'last', 10)));
    const write = `a write is ${refused ? 'refused' : 'accepted'}`;
    return { holds: refused, seen: `the database on ${spec.node} has ${size}, the alarm is raised, ${write}` };
  },
  proveWithinMs: 60_000,
};

async function setQuota(context: FaultContext, spec: Spec): Promise<void> {
  const machine = context.machine(spec.node);
  const before = await machine.read(manifest);
  const quota = spec.quotaMiB * mebibyte;
  const text = before?.replace(/^(\s*- )etcd$/m, (command, dash: string) => `${command}\n${dash}${flag}=${quota}`);
  if (text === undefined || text === before || before?.includes(flag) === true) {
    throw unfit(`${manifest} on ${spec.node} is not one that a quota can be put into`);
  }
  await write(machine, context, text);
  const ready = await retryUntil(
    context.clock,
    { withinMs: restartWithinMs, everyMs: 500, signal: context.signal },
    async () => ((await readEtcdSpace(machine))?.quota === quota && (await context.kube.isReady()) ? true : undefined),
  );
  if (ready === undefined) throw unfit(`etcd on ${spec.node} did not come back with its new quota`);
}

/** One report after the other, until etcd refuses one. */
async function fill(context: FaultContext, spec: Spec): Promise<void> {
  const machine = context.machine(spec.node);
  const most = Math.ceil((spec.quotaMiB * mebibyte) / smallReport);
  for (let number = 1; number <= most; number += 1) {
    const space = await readEtcdSpace(machine);
    const room = space === undefined ? 0 : space.quota - space.size;
    const bytes = room > roomForSmall && room <= roomForLarge ? smallReport : largeReport;
    const name = String(number).padStart(4, '0');
    if (await isRefused(() => context.kube.apply(reportManifest(spec.namespace, name, bytes)))) return;
  }
  throw unfit(`etcd on ${spec.node} took ${most} reports and refused none`);
}

async function isRefused(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    if (isKubewrightError(error) && refusal.test(error.message)) return true;
    throw error;
  }
}

function reportManifest(namespace: string, name: string, bytes: number): string {
  const line = 'worker crashed: out of memory; ';
  const report = line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `report-${name}`, namespace },
    data: { report },
  });
}

async function write(machine: Node, context: FaultContext, text: string): Promise<void> {
  const argv = ['sh', '-c', replaceScript, 'sh', manifest];
  const result = await machine.exec(argv, { timeoutMs: actWithinMs, signal: context.signal, input: text });
  if (result.exitCode !== 0) throw commandFailed(result);
}

function unfit(what: string): KubewrightError {
  return new KubewrightError('FAULT_NOT_PROVEN', what, {
    remedy: 'The fault needs a control plane as kubeadm makes it, with etcd on the same machine.',
  });
}
