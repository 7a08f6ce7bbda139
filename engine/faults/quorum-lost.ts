import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { FaultDefinition } from './fault.ts';
import { nodeLostFault } from './node-lost.ts';

const schema = z.strictObject({
  /** The control planes that are switched off for good: so many that those left are no majority. */
  node: z.array(z.string().min(1)).min(1),
});

/** Each member is asked once a second and noted every 2 s at least. */
const freshMs = 6_000;

export const quorumLostFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'quorum-lost',
  summary: 'So many control planes are switched off for good that etcd has no majority, and the API is of no use.',
  schema,
  apply: (context, spec) => nodeLostFault.apply(context, { ...spec, how: 'off' }),
  /** Asks the machines, what the members of etcd that are left say of their leader, and the API for something current. */
  async prove(context, spec) {
    const off = await nodeLostFault.prove(context, { ...spec, how: 'off' });
    if (!off.holds) return off;
    const { left, led } = membersNow(await context.timeline());
    if (left.length === 0) return { holds: false, seen: `${off.seen}; no member of etcd is left that answers` };
    if (led.length > 0) return { holds: false, seen: `${off.seen}; etcd on ${led.join(', ')} has a leader` };
    const ready = await context.kube.isReady();
    const seen = `${off.seen}; etcd on ${left.join(', ')} has no leader, and the API ${ready ? 'answers' : 'does not answer'}`;
    return { holds: !ready, seen };
  },
  proveWithinMs: 90_000,
};

/** The machines whose member has just answered, and those of them that have a leader. */
function membersNow(timeline: readonly TimelineEvent[]): { left: string[]; led: string[] } {
  const now = timeline.at(-1)?.at ?? 0;
  const leaders = new Map<string, string | undefined>();
  for (const event of timeline) {
    if (event.kind === 'etcd' && now - event.at <= freshMs) leaders.set(event.node, event.facts?.leader);
  }
  const left = [...leaders].filter(([, leader]) => leader !== undefined);
  return { left: left.map(([node]) => node), led: left.filter(([, leader]) => leader !== '').map(([node]) => node) };
}
