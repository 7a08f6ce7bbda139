import { z } from 'zod';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** The control plane whose disk is gone; the others are a majority. */
  node: z.string().min(1),
});

/** Each member is asked once a second and noted every 2 s at least. */
const freshMs = 6_000;
const askWithinMs = 15_000;
/** What kubeadm leaves on a machine that has joined, and etcd on one that runs a member. */
const traces = ['/etc/kubernetes/kubelet.conf', '/etc/kubernetes/manifests/etcd.yaml', '/var/lib/etcd/member'];

export const etcdMemberLostFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'etcd-member-lost',
  summary:
    'The disk of a control plane is gone: an empty machine stands in its place, and cluster and etcd still count on the old one.',
  schema,
  apply: (context, spec) => context.machine(spec.node).power.replace(),
  /** Asks the machine for traces of its former self, the other members for the list, and the control plane for the node. */
  async prove(context, spec) {
    const left = await readTraces(context, spec.node);
    if (left.length > 0) return { holds: false, seen: `${spec.node} still has ${left.join(', ')}` };
    const ghost = await readGhost(context, spec.node);
    const node = await readNode(context.kube, spec.node);
    const ready = node === undefined ? 'gone' : readiness(node);
    return {
      holds: ghost.holds && (ready === 'Unknown' || ready === 'False'),
      seen: `${spec.node} is empty; ${ghost.seen}; node ${spec.node} has Ready=${ready}`,
    };
  },
  // The control plane gives a node that falls silent 50 s.
  proveWithinMs: 150_000,
};

async function readTraces(context: FaultContext, name: string): Promise<string[]> {
  const script = 'for path; do [ ! -e "$path" ] || echo "$path"; done';
  const result = await context
    .machine(name)
    .exec(['sh', '-c', script, 'sh', ...traces], { timeoutMs: askWithinMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout.split('\n').filter((line) => line !== '');
}

/** Whether others have a leader and list a member of that name, while nobody answers there. */
async function readGhost(context: FaultContext, name: string): Promise<{ holds: boolean; seen: string }> {
  const timeline = await context.timeline();
  const now = timeline.at(-1)?.at ?? 0;
  const recent = timeline.flatMap((event) => (event.kind === 'etcd' && now - event.at <= freshMs ? [event] : []));
  const own = recent.findLast((event) => event.node === name);
  if (own === undefined) return { holds: false, seen: `etcd on ${name} was not asked` };
  if (own.facts !== undefined) return { holds: false, seen: `etcd on ${name} answers` };
  const listing = recent.filter(
    ({ facts }) => facts !== undefined && facts.leader !== '' && facts.members.some((member) => member.name === name),
  );
  const nodes = [...new Set(listing.map((event) => event.node))];
  if (nodes.length === 0) return { holds: false, seen: `no member of etcd with a leader lists ${name}` };
  return { holds: true, seen: `etcd on ${nodes.join(', ')} lists ${name}, where nothing answers` };
}
