import { z } from 'zod';
import type { Act, PodFacts, TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import { actor } from './attribution.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { gapsOf, moment, nameOf, type Window } from './record.ts';

const schema = z.strictObject({
  /** Only pods of this namespace; all namespaces without it. */
  namespace: z.string().min(1).optional(),
});
type Spec = z.infer<typeof schema>;

/** The kubelet deletes the object when the last container has ended; the audit event is dated a little before or after. */
const confirmedWithinMs = 5_000;

export const podEndConfirmedCheck: CheckDefinition<Spec> = {
  kind: 'pod-end-confirmed',
  summary: 'No pod was taken out of the API while its node was silent: nobody knew then whether it still ran.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgePodEnds(await context.timeline(), context, spec);
  },
};

/**
 * An ordinary deletion marks the pod and waits for its kubelet, which deletes the object when the containers have ended;
 * one by force, or of the whole Node, does not wait. On a node that is Ready the kubelet soon follows; on one that is
 * not, nobody ends the containers.
 */
export function judgePodEnds(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const where = spec.namespace === undefined ? '' : ` of namespace ${spec.namespace}`;
  const expected = `no pod${where} leaves the API before the kubelet of its node has said that it has ended`;
  const lost = unconfirmedEnds(timeline, window).filter(
    ({ pod }) => spec.namespace === undefined || pod.namespace === spec.namespace,
  );
  if (lost.length > 0) {
    return {
      result: 'failed',
      expected,
      found: listed(lost.map((end) => describe(end, window.since))),
      meaning:
        'A node that is not Ready may be cut off and alive: its containers go on. With the old pod out of the API the controller is free to start another one of the same name, and two processes write where one was promised. A pod is removed by force only when its machine is known to be off.',
    };
  }
  const gaps = gapsOf(timeline, window, ['nodes', 'pods', 'audit']);
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  return {
    result: 'passed',
    expected,
    found: 'every pod that left had ended',
    meaning: 'At no time did the API and the machines disagree about what runs.',
  };
}

interface End {
  readonly at: number;
  readonly pod: PodFacts;
  /** Who deleted the object, where the audit trail says so. */
  readonly by?: Act;
}

function unconfirmedEnds(timeline: readonly TimelineEvent[], window: Window): End[] {
  const deletions = timeline.flatMap((event) => (event.kind === 'act' && isDeletion(event.act) ? [event.act] : []));
  const ready = new Map<string, boolean>();
  const ends: End[] = [];
  for (const event of timeline) {
    if (event.kind === 'node') ready.set(event.node.name, event.change === 'present' && event.node.ready === 'True');
    if (event.kind !== 'pod' || event.change !== 'gone' || event.at < window.since || event.at > window.until) continue;
    const { pod, at } = event;
    const ended = pod.node === '' || pod.phase === 'Succeeded' || pod.phase === 'Failed';
    if (ended || ready.get(pod.node) === true) continue;
    const near = deletions.filter(
      (act) => nameOf(act) === nameOf(pod) && Math.abs(act.requestedAt - at) <= confirmedWithinMs,
    );
    if (near.some((act) => act.user === `system:node:${pod.node}`)) continue;
    ends.push({ at, pod, ...(near[0] === undefined ? {} : { by: near[0] }) });
  }
  return ends;
}

function isDeletion(act: Act): boolean {
  return (
    act.verb === 'delete' && act.resource === 'pods' && act.subresource === '' && act.code >= 200 && act.code < 300
  );
}

function describe({ at, pod, by }: End, since: number): string {
  const who = by === undefined ? '' : `, deleted by ${actor(by)}`;
  return `${nameOf(pod)} at ${moment(at, since)}, while ${pod.node} was not Ready${who}`;
}
