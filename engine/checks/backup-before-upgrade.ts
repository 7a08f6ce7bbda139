import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import { readSnapshot, readSnapshotStatus } from '../reading/etcd-snapshot.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { etcdSamples, machineGaps, machineSamples, sampleAt } from './node-record.ts';
import { moment, type Window } from './record.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd; the snapshot is on it. */
  node: z.string().min(1),
  snapshot: z.string().startsWith('/'),
});

const manifests = '/etc/kubernetes/manifests/';

export const backupBeforeUpgradeCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'backup-before-upgrade',
  summary: 'The manifests of a control plane were first changed after a snapshot of etcd had been taken.',
  schema,
  modes: ['assert', 'converge'],
  async evaluate(context, spec) {
    const expected = `the snapshot ${spec.snapshot} was taken before the control plane on ${spec.node} was changed`;
    const timeline = await context.timeline();
    const gaps = machineGaps(timeline, spec.node, context);
    const changedAt = firstChange(timeline, context, spec.node);
    if (changedAt === undefined) {
      if (gaps.length > 0) return notSeen(expected, gaps, context.since);
      return {
        result: 'passed',
        expected,
        found: `the control plane on ${spec.node} was not changed`,
        meaning: 'Nothing has happened yet that would have to be undone.',
      };
    }
    const changed = `the control plane on ${spec.node} was first changed at ${moment(changedAt, context.since)}`;
    const meaning =
      'kubeadm does not take an upgrade back, and an older etcd does not read what a newer one has written: the only way back is a snapshot of before.';
    const machine = context.machine(spec.node);
    const file = await readSnapshot(machine, spec.snapshot);
    const status = file === undefined ? undefined : await readSnapshotStatus(machine, spec.snapshot);
    if (status === undefined) {
      const found = `${changed}, and ${spec.snapshot} on ${spec.node} is no snapshot`;
      return { result: 'failed', expected, found, meaning };
    }
    // The first answer afterwards: a snapshot of the very moment is given the benefit of the doubt.
    const samples = etcdSamples(timeline, spec.node);
    const answer = samples.find((sample) => sample.at >= changedAt && sample.answer !== undefined)?.answer;
    if (answer === undefined || sampleAt(samples, changedAt) === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the record does not say at which revision etcd on ${spec.node} was when ${changed}`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const revisions = `${changed}, when etcd was at revision ${answer.revision}; the snapshot has ${status.revision}`;
    if (status.revision > answer.revision) return { result: 'failed', expected, found: revisions, meaning };
    return { result: 'passed', expected, found: revisions, meaning: 'Had the upgrade failed, there was a way back.' };
  },
};

/** When the reporter first saw manifests other than those at the start; undefined when they are the same. */
function firstChange(timeline: readonly TimelineEvent[], window: Window, node: string): number | undefined {
  const reports = machineSamples(timeline, node);
  const sums = (files: Readonly<Record<string, string>> = {}) =>
    Object.entries(files)
      .flatMap(([path, sum]) => (path.startsWith(manifests) ? [`${path} ${sum}`] : []))
      .toSorted()
      .join();
  const before = sampleAt(reports, window.since)?.answer?.files;
  if (before === undefined) return undefined;
  return reports.find(
    ({ at, answer }) => at > window.since && at <= window.until && sums(answer?.files) !== sums(before),
  )?.at;
}
