import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { machineGaps, machineStarts } from './node-record.ts';
import { moment, type Window } from './record.ts';

const schema = z.strictObject({
  /** All of these machines. */
  node: z.array(z.string().min(1)).min(1),
});
type Spec = z.infer<typeof schema>;

export const rebootedCheck: CheckDefinition<Spec> = {
  kind: 'rebooted',
  summary: 'Machines have been started anew since the drill began.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    return judgeRebooted(await context.timeline(), context, spec);
  },
};

/** A start that was seen counts whatever else is missing from the record; one that was not seen is only missing in a whole record. */
export function judgeRebooted(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const expected = `${listed(spec.node)} ${spec.node.length === 1 ? 'has' : 'have'} been started anew`;
  const starts = spec.node.map((node) => ({ node, last: machineStarts(timeline, node, window).at(-1) }));
  const missing = starts.filter(({ last }) => last === undefined).map(({ node }) => node);
  if (missing.length === 0) {
    return {
      result: 'passed',
      expected,
      found: listed(starts.map(({ node, last }) => `${node} at ${moment(last ?? 0, window.since)}`)),
      meaning: 'What lay ready for the next start has had its start.',
    };
  }
  const gaps = missing.flatMap((node) => machineGaps(timeline, node, window));
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  return {
    result: 'failed',
    expected,
    found: `${listed(missing)} ${missing.length === 1 ? 'has' : 'have'} run since before the drill`,
    meaning:
      'A new kernel or a new library on the disk changes nothing for what already runs. Until the machine is started anew it is as vulnerable as before, and its next start, whenever that comes, is the first with the patch.',
  };
}
