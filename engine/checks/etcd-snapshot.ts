import { z } from 'zod';
import type { CheckFinding } from '../domain/verdict.ts';
import { readSnapshot, readSnapshotStatus, type SnapshotFile } from '../reading/etcd-snapshot.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { etcdRuns, runAt } from './etcd-history.ts';
import { etcdSamples, sampleAt } from './node-record.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd; the snapshot is on it. */
  node: z.string().min(1),
  path: z.string().startsWith('/'),
  /** A text file on the node that says the snapshot's revision and its hash. */
  report: z.string().startsWith('/').optional(),
});
type Spec = z.infer<typeof schema>;

const forOthers = 0o077;

export const etcdSnapshotCheck: CheckDefinition<Spec> = {
  kind: 'etcd-snapshot',
  summary: 'A file is a whole snapshot of etcd, taken during the drill, in a place that lasts and for root only.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const where = `${spec.path} on ${spec.node}`;
    const expected =
      spec.report === undefined
        ? `${where} is a whole snapshot of etcd, taken since the drill began, on a disk that lasts, readable for root only`
        : `${spec.report} on ${spec.node} says the revision and the hash of the snapshot ${spec.path}`;
    const file = await readSnapshot(context.machine(spec.node), spec.path);
    if (file === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no file ${where}`,
        meaning: 'Without a backup the next mistake is for good.',
      };
    }
    const status = await readSnapshotStatus(context.machine(spec.node), spec.path);
    const problem = whatIsWrongWith(file);
    if (problem !== undefined || status === undefined) {
      return {
        result: 'failed',
        expected,
        found: `${where} ${problem ?? 'is no database of etcd'}`,
        meaning:
          'A restore refuses what it cannot verify, and what it restores with the verification switched off may lack the last changes. That shows on the day on which the backup is needed.',
      };
    }
    if (spec.report !== undefined) return judgeReport(context, spec, spec.report, status, expected);
    return (await judgeAge(context, spec, status.revision, expected)) ?? judgePlace(file, where, status, expected);
  },
};

function whatIsWrongWith(file: SnapshotFile): string | undefined {
  if (!file.hasDigest) return `is no snapshot: of ${file.bytes} bytes none are the digest that a snapshot ends with`;
  return file.whole ? undefined : 'is damaged: its content does not fit the digest at its end';
}

async function judgeReport(
  context: CheckContext,
  spec: Spec,
  report: string,
  status: { readonly revision: number; readonly hash: string },
  expected: string,
): Promise<CheckFinding> {
  const text = await context.machine(spec.node).read(report);
  const words = new Set((text ?? '').toLowerCase().match(/[0-9a-f]+/g) ?? []);
  // etcdutl prints the hash without leading zeros in its table, as a decimal number in JSON.
  const hashes = [status.hash, status.hash.replace(/^0+/, ''), String(Number.parseInt(status.hash, 16))];
  const missing = [
    ...(words.has(String(status.revision)) ? [] : ['its revision']),
    ...(hashes.some((hash) => words.has(hash)) ? [] : ['its hash']),
  ];
  if (text === undefined || missing.length > 0) {
    return {
      result: 'failed',
      expected,
      found:
        text === undefined
          ? `there is no ${report} on ${spec.node}`
          : `${report} does not say ${missing.join(' and ')}, or that of another snapshot`,
      meaning: 'Whoever finds the file later cannot tell what is in it, nor whether it is still what was saved.',
    };
  }
  return { result: 'passed', expected, found: `${report} says both`, meaning: 'The backup can be told from others.' };
}

async function judgeAge(
  context: CheckContext,
  spec: Spec,
  revision: number,
  expected: string,
): Promise<CheckFinding | undefined> {
  const timeline = await context.timeline();
  const before = sampleAt(etcdSamples(timeline, spec.node), context.since)?.answer;
  const now = runAt(etcdRuns(timeline, spec.node), context.until);
  if (before === undefined || now === undefined) {
    return {
      result: 'errored',
      expected,
      found: `the record does not say at which revision etcd on ${spec.node} was`,
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  if (revision >= before.revision) return undefined;
  return {
    result: 'failed',
    expected,
    found: `${spec.path} on ${spec.node} has revision ${revision}; when the drill began etcd was at ${before.revision} already`,
    meaning: 'It is an older backup, or one of another cluster: what happened since is not in it.',
  };
}

function judgePlace(
  file: SnapshotFile,
  where: string,
  { revision, totalKeys }: { readonly revision: number; readonly totalKeys: number },
  expected: string,
): CheckFinding {
  const found = `${where} is a whole snapshot of revision ${revision} with ${totalKeys} keys`;
  if (file.fileSystem === 'tmpfs' || file.realPath.startsWith('/var/lib/etcd/')) {
    const place = file.fileSystem === 'tmpfs' ? 'in memory (tmpfs)' : 'in the data directory of etcd';
    return {
      result: 'failed',
      expected,
      found: `${found}, and it lies ${place}: ${file.realPath}`,
      meaning: 'What a backup is to help against takes this one along: a reboot, or the loss of the data directory.',
    };
  }
  if ((file.mode & forOthers) !== 0) {
    return {
      result: 'failed',
      expected,
      found: `${found}, and it has mode ${file.mode.toString(8)}`,
      meaning: 'Every Secret of the cluster is in it in plain text, for everybody who can read the file.',
    };
  }
  return { result: 'passed', expected, found, meaning: 'The cluster can be brought back to this state.' };
}
