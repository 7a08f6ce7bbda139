import { z } from 'zod';
import { readiness, readNode } from '../reading/kube-objects.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const schema = z.strictObject({
  /** The machines, lost in this order. */
  node: z.array(z.string().min(1)).min(1),
  /** off: like a pulled plug, for good. frozen: it hangs, and its connections stay open. */
  how: z.enum(['off', 'frozen']),
  /** The fault has taken hold only when the control plane has noticed, 50 s later (since Kubernetes 1.32). */
  nodeNotReady: z.boolean().optional(),
});
type Spec = z.infer<typeof schema>;

/** A machine's reporter is noted every 4 s: one that is silent for this long is not merely late. */
const silentMs = 12_000;

export const nodeLostFault: FaultDefinition<Spec> = {
  kind: 'node-lost',
  summary: 'One or several machines are switched off for good, or hang.',
  schema,
  async apply(context, spec) {
    for (const name of spec.node) {
      const { power } = context.machine(name);
      await (spec.how === 'off' ? power.off() : power.freeze());
    }
  },
  async prove(context, spec) {
    const proofs = await Promise.all(spec.node.map((name) => proveLost(context, spec, name)));
    return { holds: proofs.every(({ holds }) => holds), seen: proofs.map(({ seen }) => seen).join('; ') };
  },
  proveWithinMs: 150_000,
};

async function proveLost(context: FaultContext, spec: Spec, name: string): Promise<FaultProof> {
  const lost = spec.how === 'off' ? await proveOff(context, name) : await proveSilent(context, name);
  if (spec.nodeNotReady !== true || !lost.holds) return lost;
  const node = await readNode(context.kube, name);
  if (node === undefined) return { holds: false, seen: `${lost.seen}; there is no node ${name}` };
  const ready = readiness(node);
  return { holds: ready !== 'True', seen: `${lost.seen}; node ${name} has Ready=${ready}` };
}

async function proveOff(context: FaultContext, name: string): Promise<FaultProof> {
  const runs = await context.machine(name).isRunning();
  return { holds: !runs, seen: `${name} ${runs ? 'runs' : 'is switched off'}` };
}

/** A machine that hangs cannot be asked: what shows it is that its reporter was heard and no longer is. */
async function proveSilent(context: FaultContext, name: string): Promise<FaultProof> {
  const timeline = await context.timeline();
  const heard = timeline.findLast(
    (event) => (event.kind === 'machine' || event.kind === 'machine-alive') && event.node === name,
  );
  const last = timeline.at(-1);
  if (heard === undefined || last === undefined) return { holds: false, seen: `${name} was never heard of` };
  const silentForMs = last.at - heard.at;
  const runs = await context.machine(name).isRunning();
  return {
    holds: runs && silentForMs >= silentMs,
    seen: `${name} ${runs ? 'is switched on' : 'is switched off'} and has not reported for ${Math.round(silentForMs / 1000)} s`,
  };
}
