import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { machineGaps, machineSamples, samplesWithin } from './node-record.ts';
import { moment, type Window } from './record.ts';

const schema = z.strictObject({
  /** All of these nodes. */
  node: z.array(z.string().min(1)).min(1),
  /** Files below /etc/kubernetes, or the kubelet's configuration: the record knows no others. */
  paths: z.array(z.string().startsWith('/')).min(1),
});
type Spec = z.infer<typeof schema>;

export const filesUntouchedCheck: CheckDefinition<Spec> = {
  kind: 'files-untouched',
  summary: 'Files of nodes have not been changed during the drill, whatever they were when it began.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeFilesUntouched(await context.timeline(), context, spec);
  },
};

/** A change that was seen counts even when it was undone, and even when the record has gaps elsewhere. */
export function judgeFilesUntouched(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const expected = `on ${listed(spec.node)} nobody changes ${listed(spec.paths)}`;
  const changes = spec.node.flatMap((node) => changesOn(timeline, window, node, spec.paths));
  if (changes.length > 0) {
    return {
      result: 'failed',
      expected,
      found: listed(changes),
      meaning:
        'This file belongs to those who set up the node, and it is the same after the work as before. Who bends the configuration to the task leaves a node that is not like its description.',
    };
  }
  const gaps = spec.node.flatMap((node) => machineGaps(timeline, node, window));
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  const silent = spec.node.filter((node) => samplesWithin(machineSamples(timeline, node), window).length === 0);
  if (silent.length > 0) {
    return {
      result: 'errored',
      expected,
      found: `the record does not say what the files on ${listed(silent)} were`,
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  return { result: 'passed', expected, found: 'they are as they were', meaning: 'The nodes are set up as before.' };
}

function changesOn(
  timeline: readonly TimelineEvent[],
  window: Window,
  node: string,
  paths: readonly string[],
): string[] {
  const samples = samplesWithin(machineSamples(timeline, node), window);
  const before = samples[0]?.answer?.files ?? {};
  return paths.flatMap((path) => {
    const changed = samples.find(({ answer }) => answer?.files[path] !== before[path]);
    return changed === undefined ? [] : [`${path} on ${node} was changed at ${moment(changed.at, window.since)}`];
  });
}
