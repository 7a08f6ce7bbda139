import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { type ClusterState, gapsOf, lastState, moment, nameOf, replay, type Span, type Window } from './record.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** emptied: it was cordoned and empty at some time of the drill. returned: after that it went back into service. */
  phase: z.enum(['emptied', 'returned']),
  /** Id of an event of the scenario that must have happened before the node goes back into service. */
  notBefore: z.string().min(1).optional(),
});
type Spec = z.infer<typeof schema>;

export const nodeMaintenanceCheck: CheckDefinition<Spec> = {
  kind: 'node-maintenance',
  summary: 'A node was taken out of service (cordoned and empty), or was put back into service after that.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const notBeforeAt = spec.notBefore === undefined ? context.since : context.happened[spec.notBefore];
    return judgeMaintenance(await context.timeline(), context, spec, notBeforeAt);
  },
};

/** @param notBeforeAt wall clock ms of the event that has to come first; undefined when it has not happened. */
export function judgeMaintenance(
  timeline: readonly TimelineEvent[],
  window: Window,
  spec: Spec,
  notBeforeAt: number | undefined,
): CheckFinding {
  const gaps = gapsOf(timeline, window, ['nodes', 'pods']);
  const course = readCourse(timeline, window, spec.node, gaps);
  const at = (time: number) => moment(time, window.since);
  const end = lastState(timeline, window);
  const emptied = `node ${spec.node} was cordoned and no pod was left on it (DaemonSet, static and finished pods may stay)`;
  const expected =
    spec.phase === 'emptied'
      ? emptied
      : `node ${spec.node} was taken out of service, then put back: schedulable and Ready again`;

  if (course.emptyAt === undefined) {
    if (gaps.length > 0) return notSeen(expected, gaps, window.since);
    return { result: 'failed', expected, found: describeNode(end, spec.node), meaning: whyNotEmptied(end, spec) };
  }
  if (spec.phase === 'emptied') {
    return {
      result: 'passed',
      expected,
      found: `cordoned and empty at ${at(course.emptyAt)}`,
      meaning: 'From then on the node could be worked on without anybody noticing.',
    };
  }
  const node = end.nodes.get(spec.node);
  const now = describeNode(end, spec.node);
  if (node === undefined || node.unschedulable || node.ready !== 'True') {
    return {
      result: 'failed',
      expected,
      found: now,
      meaning:
        node?.unschedulable === true
          ? 'The node was never uncordoned: the scheduler still avoids it and the cluster runs on less capacity than everybody believes.'
          : 'The node does not take part in the cluster; its capacity is missing.',
    };
  }
  if (notBeforeAt === undefined) {
    return {
      result: 'failed',
      expected,
      found: `${now}, but what had to be waited for ("${spec.notBefore ?? ''}") has not happened yet`,
      meaning: 'The node went back into service while others were still counting on it being out of service.',
    };
  }
  const returnAt = course.returns.find((time) => time >= notBeforeAt);
  if (returnAt !== undefined) {
    return {
      result: 'passed',
      expected,
      found: `back in service at ${at(returnAt)}`,
      meaning: 'The node carries its share again.',
    };
  }
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  const early = course.returns.at(-1);
  return {
    result: 'failed',
    expected,
    found: `${early === undefined ? now : `put back at ${at(early)}`}, but what had to be waited for ("${spec.notBefore ?? ''}") happened only at ${at(notBeforeAt)}`,
    meaning: 'The node went back into service while others were still counting on it being out of service.',
  };
}

interface Course {
  /** When the node was first seen cordoned and empty. */
  readonly emptyAt?: number;
  /** Times after that at which the node became schedulable again. */
  readonly returns: readonly number[];
}

function readCourse(timeline: readonly TimelineEvent[], window: Window, name: string, blind: readonly Span[]): Course {
  let emptyAt: number | undefined;
  let wasCordoned = false;
  const returns: number[] = [];
  for (const { at, state } of replay(timeline, window)) {
    const node = state.nodes.get(name);
    const cordoned = node?.unschedulable === true;
    if (emptyAt === undefined) {
      const seen = !blind.some((gap) => at >= gap.from && at < gap.to);
      if (seen && cordoned && podsLeft(state, name).length === 0) emptyAt = at;
    } else if (wasCordoned && node !== undefined && !cordoned) returns.push(at);
    // A deleted node was not uncordoned: it comes back as another one.
    wasCordoned = cordoned;
  }
  return { ...(emptyAt === undefined ? {} : { emptyAt }), returns };
}

function podsLeft(state: ClusterState, node: string): string[] {
  return [...state.pods.values()]
    .filter(
      (pod) =>
        pod.node === node &&
        pod.owner !== 'DaemonSet' &&
        pod.owner !== 'Mirror' &&
        pod.phase !== 'Succeeded' &&
        pod.phase !== 'Failed',
    )
    .map(nameOf);
}

function describeNode(state: ClusterState, name: string): string {
  const node = state.nodes.get(name);
  if (node === undefined) return `there is no node ${name} in the cluster any more`;
  const left = podsLeft(state, name);
  const pods = left.length === 0 ? '' : `, pods on it: ${listed(left)}`;
  return `node ${name} is ${node.unschedulable ? 'cordoned' : 'schedulable'} with Ready=${node.ready}${pods}`;
}

function whyNotEmptied(state: ClusterState, { node: name }: Spec): string {
  const node = state.nodes.get(name);
  if (node === undefined) {
    return 'Deleting a Node object does not take the machine out of service: its pods go on running for a while, then are collected without regard for any budget.';
  }
  if (!node.unschedulable)
    return 'Nothing kept new pods away, and the pods that are there would go down with the node.';
  return 'A drain that stops at its first error has cordoned the node but moved nothing. Work on the node would take these pods down.';
}
