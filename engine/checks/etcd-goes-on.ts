import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { etcdGaps, etcdSamples, samplesWithin } from './node-record.ts';
import { moment, type Window } from './record.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd. */
  node: z.string().min(1),
});

/** A member that was killed may at first not have done again the last few entries of its log. */
const fewRevisions = 20;

export const etcdGoesOnCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'etcd-goes-on',
  summary: 'At no time did etcd answer with an older state of the cluster than it had answered with before.',
  schema,
  modes: ['hold'],
  async evaluate(context, { node }) {
    return judgeGoesOn(await context.timeline(), context, node);
  },
};

/**
 * The revision counts the changes of the store and never falls, whatever becomes of processes, members and their log. One
 * that is lower than before is that of other data: an older copy, a backup, or a directory that was left behind.
 */
export function judgeGoesOn(timeline: readonly TimelineEvent[], window: Window, node: string): CheckFinding {
  const expected = `etcd on ${node} never answers with an older state than before`;
  let highest: number | undefined;
  for (const { at, answer } of samplesWithin(etcdSamples(timeline, node), window)) {
    if (answer === undefined) continue;
    if (highest !== undefined && answer.revision < highest - fewRevisions) {
      return {
        result: 'failed',
        expected,
        found: `at ${moment(at, window.since)} etcd on ${node} answered with revision ${answer.revision}, after it had been at ${highest}: it ran with older data`,
        meaning:
          'For that time the cluster had forgotten what had happened since. Controllers act on what they read: they delete what the old state does not know, and start what it still wants. To put the right data back afterwards does not undo that.',
      };
    }
    highest = Math.max(highest ?? 0, answer.revision);
  }
  const gaps = etcdGaps(timeline, node, window);
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  if (highest === undefined) {
    return {
      result: 'errored',
      expected,
      found: `the record has no answer of etcd on ${node}`,
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  return {
    result: 'passed',
    expected,
    found: `it went on up to revision ${highest}`,
    meaning: 'Nobody was ever told of a past as if it were the present.',
  };
}
