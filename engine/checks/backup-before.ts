import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import { readSnapshot, readSnapshotStatus } from '../reading/etcd-snapshot.ts';
import { actor, isLearnersAct } from './attribution.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { etcdSamples, sampleAt } from './node-record.ts';
import { gapsOf, moment, type Window } from './record.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd; the snapshot is on it. */
  node: z.string().min(1),
  snapshot: z.string().startsWith('/'),
  /** The namespace whose deletion is the change. */
  deletionOf: z.string().min(1),
});

/** The witness asks etcd once a second and notes every second answer. */
const sampleMs = 2_500;

export const backupBeforeCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'backup-before',
  summary: 'A namespace was deleted only after a snapshot of etcd had been taken, and the snapshot still has it.',
  schema,
  modes: ['assert', 'converge'],
  async evaluate(context, spec) {
    const expected = `the snapshot ${spec.snapshot} was taken before namespace ${spec.deletionOf} was deleted`;
    const timeline = await context.timeline();
    const deletion = findDeletion(timeline, context, spec.deletionOf);
    if (deletion === undefined) {
      const gaps = gapsOf(timeline, context, ['audit']);
      if (gaps.length > 0) return notSeen(expected, gaps, context.since);
      return {
        result: 'passed',
        expected,
        found: `namespace ${spec.deletionOf} was not deleted`,
        meaning: 'Nothing has happened yet that would have to be undone.',
      };
    }
    const deleted = `namespace ${spec.deletionOf} was deleted by ${deletion.by} at ${moment(deletion.at, context.since)}`;
    const meaning =
      'A backup that is taken after the change is a backup of the change. What the namespace held can be had back from nowhere.';
    const machine = context.machine(spec.node);
    const file = await readSnapshot(machine, spec.snapshot);
    const status = file === undefined ? undefined : await readSnapshotStatus(machine, spec.snapshot);
    if (status === undefined) {
      const found = `${deleted}, and ${spec.snapshot} on ${spec.node} is no snapshot`;
      return { result: 'failed', expected, found, meaning };
    }
    // A snapshot of the very moment is given the benefit of the doubt.
    const answer = etcdSamples(timeline, spec.node).find((sample) => sample.at >= deletion.at && sample.answer)?.answer;
    if (answer === undefined || sampleAt(etcdSamples(timeline, spec.node), deletion.at) === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the record does not say at which revision etcd on ${spec.node} was when ${deleted}`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const revisions = `etcd was at revision ${answer.revision} within ${sampleMs / 1000} s of it; the snapshot has ${status.revision}`;
    if (status.revision > answer.revision) {
      return { result: 'failed', expected, found: `${deleted}: ${revisions}`, meaning };
    }
    return {
      result: 'passed',
      expected,
      found: `${deleted}: ${revisions}`,
      meaning: 'Should the deletion have been a mistake, there is a way back.',
    };
  },
};

function findDeletion(
  timeline: readonly TimelineEvent[],
  window: Window,
  namespace: string,
): { readonly at: number; readonly by: string } | undefined {
  for (const event of timeline) {
    if (event.kind !== 'act') continue;
    const { act } = event;
    const isDeletion =
      act.verb === 'delete' && act.resource === 'namespaces' && act.name === namespace && act.subresource === '';
    if (!isDeletion || act.code >= 300 || act.requestedAt < window.since || !isLearnersAct(act)) continue;
    return { at: act.requestedAt, by: actor(act) };
  }
  return undefined;
}
