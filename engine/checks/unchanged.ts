import { z } from 'zod';
import type { TimelineEvent, WatchedResource } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { type ClusterState, type Gap, gapsOf, moment, replay, type Window } from './record.ts';

const schema = z
  .strictObject({
    /** node/<name> or pdb/<namespace>/<name>. */
    resource: z
      .string()
      .regex(/^(node\/[^/\s]+|pdb\/[^/\s]+\/[^/\s]+)$/, 'write node/<name> or pdb/<namespace>/<name>'),
    /** identity: the same object all the time. spec: the same object with the same spec all the time. */
    what: z.enum(['identity', 'spec']),
  })
  .refine((spec) => spec.what === 'identity' || spec.resource.startsWith('pdb/'), {
    message: 'the record keeps the spec of budgets only: say what: identity for a node',
  });
type Spec = z.infer<typeof schema>;

export const unchangedCheck: CheckDefinition<Spec> = {
  kind: 'unchanged',
  summary: 'A node or a budget stayed the same object (and kept its spec) at every moment of the drill.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeUnchanged(await context.timeline(), context, spec);
  },
};

/** A violation that was seen counts even when the object was put back, and even when the record has gaps elsewhere. */
export function judgeUnchanged(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const subject = subjectOf(spec.resource);
  const expected = `${subject.title} stays ${spec.what === 'identity' ? 'the same object' : 'as it is'} during the whole drill`;
  const at = (time: number) => moment(time, window.since);
  let first: Seen | undefined;
  let last: Seen | undefined;
  for (const { at: time, state } of replay(timeline, window)) {
    const now = subject.look(state);
    if (first === undefined) {
      if (now === undefined) break;
      first = now;
    } else if (now === undefined) {
      return {
        result: 'failed',
        expected,
        found: `${subject.title} was deleted at ${at(time)}`,
        meaning: subject.whenGone,
      };
    } else if (now.uid !== first.uid) {
      return {
        result: 'failed',
        expected,
        found: `${subject.title} was replaced by another object of the same name at ${at(time)}`,
        meaning: subject.whenGone,
      };
    } else if (spec.what === 'spec' && now.spec !== first.spec) {
      return {
        result: 'failed',
        expected,
        found: `the spec of ${subject.title} was changed at ${at(time)}: from ${first.spec} to ${now.spec}`,
        meaning:
          'The budget is a promise to those who run the service. Relaxing it, even for a moment, breaks the promise just when it was needed.',
      };
    }
    last = now;
  }
  if (first === undefined || last === undefined) {
    const gaps = gapsOf(timeline, window, [subject.stream]);
    if (gaps.length > 0) return notSeen(expected, gaps, window.since);
    return {
      result: 'errored',
      expected,
      found: `the record has no ${subject.title} at the start of the drill`,
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  const unknown = relevantGaps(gapsOf(timeline, window, [subject.stream]), spec, window);
  if (unknown.length > 0) return notSeen(expected, unknown, window.since);
  return {
    result: 'passed',
    expected,
    found: `${subject.title} was never deleted${spec.what === 'spec' ? ' or changed' : ''}`,
    meaning: subject.whenKept,
  };
}

interface Seen {
  readonly uid: string;
  readonly spec: string;
}

interface Subject {
  readonly title: string;
  readonly stream: WatchedResource;
  readonly look: (state: ClusterState) => Seen | undefined;
  readonly whenGone: string;
  readonly whenKept: string;
}

function subjectOf(resource: string): Subject {
  const [kind, ...rest] = resource.split('/');
  const name = rest.join('/');
  if (kind === 'pdb') {
    return {
      title: `the PodDisruptionBudget ${name}`,
      stream: 'poddisruptionbudgets',
      look: (state) => {
        const pdb = state.pdbs.get(name);
        return pdb === undefined ? undefined : { uid: pdb.uid, spec: pdb.spec };
      },
      whenGone:
        'Without the budget nothing keeps evictions from taking the service down. Putting it back later does not undo the time without it.',
      whenKept: 'The promise to those who run the service was kept.',
    };
  }
  return {
    title: `node ${name}`,
    stream: 'nodes',
    look: (state) => {
      const node = state.nodes.get(name);
      return node === undefined ? undefined : { uid: node.uid, spec: '' };
    },
    whenGone:
      'Deleting a Node object throws away its labels, taints and history, and its pods are collected without regard for any budget. A node is repaired or drained, not deleted.',
    whenKept: 'It is still the node that it was.',
  };
}

/**
 * A uid never comes back: who is the same after a gap was the same in it, so for the identity only a gap at the very
 * end counts. A spec can be changed and put back unseen.
 */
function relevantGaps(gaps: readonly Gap[], spec: Spec, window: Window): Gap[] {
  return gaps.filter((gap) => spec.what === 'spec' || gap.to >= window.until);
}
