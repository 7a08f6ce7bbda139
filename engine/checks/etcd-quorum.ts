import { z } from 'zod';
import type { EtcdFacts, TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { etcdGaps, etcdSamples, samplesWithin } from './node-record.ts';
import { gapsOf, moment, type Span, seconds, type Window } from './record.ts';

const schema = z.strictObject({
  /** The machines that run a member. */
  members: z.array(z.string().min(1)).min(1),
  /** For how long the members may be without a majority, such as 5s: the choice of a new leader takes a moment. */
  longestGap: z.string().regex(/^\d+(\.\d+)?s$/, 'write seconds such as "5s"'),
});
type Spec = z.infer<typeof schema>;

export const etcdQuorumCheck: CheckDefinition<Spec> = {
  kind: 'etcd-quorum',
  summary: 'At every moment a majority of the voters of etcd answered and had a leader.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeQuorum(await context.timeline(), context, spec);
  },
};

/**
 * The voters are those in the list at that moment, dead ones among them: who adds a member before the dead one is gone
 * needs one more to be well. What was missing already when the drill began is borne as long as a majority is left.
 */
export function judgeQuorum(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const longestMs = Number.parseFloat(spec.longestGap) * 1000;
  const expected = `a majority of the voters of etcd (${listed(spec.members)}) answers and has a leader, never interrupted for more than ${spec.longestGap}`;
  const steps = followMembers(timeline, window, spec.members);
  const breaches = findBreaches(steps, window.until).filter((breach) => breach.to - breach.from > longestMs);
  const worst = breaches.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  if (worst !== undefined) {
    const who = worst.led.length === 0 ? 'none of them' : `only ${listed(worst.led)}`;
    return {
      result: 'failed',
      expected,
      found: `${who} answered with a leader, of ${worst.voters} voters, for ${seconds(worst.to - worst.from)} from ${moment(worst.from, window.since)}`,
      meaning:
        'In that time nothing could be written, and one more failure would have been the end of the cluster. Members are taken down one at a time, and only while all the others are well.',
    };
  }
  const gaps = [
    ...gapsOf(timeline, window, []),
    ...spec.members.flatMap((node) => etcdGaps(timeline, node, window)),
  ].toSorted((a, b) => a.from - b.from);
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  const fewest = Math.min(...steps.map((step) => step.led.length));
  return {
    result: 'passed',
    expected,
    found: `never without a majority for more than a moment; at the fewest ${fewest} of ${spec.members.length} answered with a leader`,
    meaning: 'The cluster could be written to all the time.',
  };
}

interface Step {
  readonly at: number;
  /** The machines whose member answers and has a leader. */
  readonly led: readonly string[];
  readonly voters: number;
}

interface Breach extends Span {
  readonly led: readonly string[];
  readonly voters: number;
}

/** What the members answered, from the start of the window on, at each answer or silence. */
function followMembers(timeline: readonly TimelineEvent[], window: Window, members: readonly string[]): Step[] {
  const samples = members
    .flatMap((node) => samplesWithin(etcdSamples(timeline, node), window).map((sample) => ({ node, ...sample })))
    .toSorted((a, b) => a.at - b.at);
  const answers = new Map<string, EtcdFacts | undefined>();
  const steps: Step[] = [];
  let voters = members.length;
  for (const { node, at, answer } of samples) {
    answers.set(node, answer);
    // Until each of them has been asked once, nothing is known of the others.
    if (answers.size < members.length) continue;
    const led = members.filter((name) => (answers.get(name)?.leader ?? '') !== '');
    voters = votersOf(led.map((name) => answers.get(name))) ?? voters;
    steps.push({ at, led, voters });
  }
  return steps;
}

/** Of the answer that knows most of the log: the others may not have heard of a change yet. */
function votersOf(answers: readonly (EtcdFacts | undefined)[]): number | undefined {
  const newest = answers
    .flatMap((answer) => answer ?? [])
    .toSorted((a, b) => b.raftTerm - a.raftTerm || b.raftIndex - a.raftIndex)[0];
  const voters = newest?.members.filter((member) => !member.learner).length ?? 0;
  return voters === 0 ? undefined : voters;
}

function findBreaches(steps: readonly Step[], until: number): Breach[] {
  const breaches: Breach[] = [];
  let open: Breach | undefined;
  for (const [index, { at, led, voters }] of steps.entries()) {
    const to = steps[index + 1]?.at ?? until;
    if (led.length > voters / 2) {
      if (open !== undefined) breaches.push(open);
      open = undefined;
    } else if (open === undefined) open = { from: at, to, led, voters };
    else if (led.length < open.led.length) open = { ...open, to, led, voters };
    else open = { ...open, to };
  }
  if (open !== undefined) breaches.push(open);
  return breaches;
}
