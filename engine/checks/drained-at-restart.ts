import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { machineGaps, machineSamples, machineStarts, samplesWithin } from './node-record.ts';
import { gapsOf, lastState, moment, type Window } from './record.ts';
import { whyNotDrained } from './why-not-drained.ts';

const schema = z.strictObject({
  /** Each of these nodes. */
  node: z.array(z.string().min(1)).min(1),
  /** What was started anew: the machine, or its containerd. A machine that starts anew starts its containerd anew, too. */
  restartOf: z.enum(['machine', 'containerd']),
});
type Spec = z.infer<typeof schema>;

export const drainedAtRestartCheck: CheckDefinition<Spec> = {
  kind: 'drained-at-restart',
  summary: 'Whenever a machine, or its container runtime, was started anew, its node had been drained.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeDrainedAtRestart(await context.timeline(), context, spec);
  },
};

/** A violation that was seen counts even when the record has gaps elsewhere. */
export function judgeDrainedAtRestart(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const subject = (node: string) => (spec.restartOf === 'machine' ? `machine ${node}` : `containerd on ${node}`);
  const expected = `${listed(spec.node.map(subject))} ${spec.node.length === 1 ? 'is' : 'are'} started anew only while the node is drained (pods of DaemonSets and static pods may stay)`;
  const restarts = spec.node.flatMap((node) => startsOf(timeline, window, node, spec).map((at) => ({ node, at })));
  const blind = gapsOf(timeline, window, ['nodes', 'pods']);
  const isBlindAt = (at: number) => blind.some((gap) => at >= gap.from && at <= gap.to);
  const violations = restarts
    .filter(({ at }) => !isBlindAt(at))
    .flatMap(({ node, at }) => {
      const why = whyNotDrained(lastState(timeline, { since: window.since, until: at }), node);
      return why === undefined ? [] : [`when ${subject(node)} was started at ${moment(at, window.since)}, ${why}`];
    });
  if (violations.length > 0) {
    return {
      result: 'failed',
      expected,
      found: listed(violations),
      meaning:
        'What is on a node when the ground under it is changed goes down with it, without warning and without anybody having been told to carry its load. A drain moves it first, and asks the budgets.',
    };
  }
  const gaps = [
    ...spec.node.flatMap((node) => machineGaps(timeline, node, window)),
    ...blind.filter((gap) => restarts.some(({ at }) => at >= gap.from && at <= gap.to)),
  ];
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  const silent = spec.node.filter((node) => samplesWithin(machineSamples(timeline, node), window).length === 0);
  if (silent.length > 0) {
    return {
      result: 'errored',
      expected,
      found: `the record does not say when ${listed(silent.map(subject))} was started`,
      meaning: 'There is nothing to judge by. This says nothing about your work.',
    };
  }
  return {
    result: 'passed',
    expected,
    found:
      restarts.length === 0
        ? 'nothing was started anew'
        : `${listed([...new Set(restarts.map(({ node }) => node))])} had been drained`,
    meaning: 'Nobody lost a pod to the work on the node.',
  };
}

/** Wall clock ms, in order. */
function startsOf(timeline: readonly TimelineEvent[], window: Window, node: string, spec: Spec): number[] {
  if (spec.restartOf === 'machine') return machineStarts(timeline, node, window);
  const samples = machineSamples(timeline, node);
  const starts = new Set(samples.flatMap(({ answer }) => answer?.units['containerd']?.startedAt ?? []));
  // 0: it does not run.
  return [...starts].filter((at) => at > window.since && at <= window.until).toSorted((a, b) => a - b);
}
