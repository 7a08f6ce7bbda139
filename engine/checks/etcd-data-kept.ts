import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { machineSamples, sampleAt } from './node-record.ts';
import { moment } from './record.ts';

const schema = z.strictObject({
  /** The control plane whose etcd is worked on. */
  node: z.string().min(1),
  /** The folder on it that holds the copy: a data directory, or one that holds a data directory. */
  copy: z.string().startsWith('/'),
});

const manifest = '/etc/kubernetes/manifests/etcd.yaml';
const askWithinMs = 15_000;

export const etcdDataKeptCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'etcd-data-kept',
  summary: "A copy of etcd's data directory was made before etcd was started in another way or with other data.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `a copy of etcd's data directory in ${spec.copy} on ${spec.node}, made before etcd was started in another way`;
    const copy = await readCopy(context.machine(spec.node), spec.copy);
    if (copy === undefined) {
      return {
        result: 'failed',
        expected,
        found: `${spec.copy} on ${spec.node} holds no data directory of etcd (no member/snap/db beside member/wal)`,
        meaning:
          'The first attempt to recover changes the only data there is. When it goes wrong, nothing is left for a second one.',
      };
    }
    const changedAt = startedOtherwise(await context.timeline(), spec.node, context.since);
    if (changedAt === 'unknown' || copy.madeAt === 0) {
      return {
        result: 'errored',
        expected,
        found:
          copy.madeAt === 0
            ? `the file system of ${spec.node} does not say when ${copy.path} was made`
            : `the record does not say how etcd on ${spec.node} was started at first`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const made = `${copy.path} on ${spec.node} was made at ${moment(copy.madeAt, context.since)}`;
    if (changedAt !== undefined && copy.madeAt > changedAt) {
      return {
        result: 'failed',
        expected,
        found: `${made}, after etcd had been started in another way at ${moment(changedAt, context.since)}`,
        meaning: 'It is a copy of what the attempt made of the data. What was there before it, nobody has any more.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: made,
      meaning: 'Had the attempt gone wrong, there would be a second one.',
    };
  },
};

/** The oldest data directory below the folder. Its age is when the file was made there: a copy may bring older times along. */
async function readCopy(machine: Node, folder: string): Promise<{ path: string; madeAt: number } | undefined> {
  const script = `find "$1" -maxdepth 5 -type f -size +0 -path '*/member/snap/db' 2>/dev/null | while read -r db; do
  if [ -n "$(find "\${db%/snap/db}/wal" -name '*.wal' 2>/dev/null)" ]; then stat --format='%W %n' "$db"; fi
done`;
  const result = await machine.exec(['sh', '-c', script, 'sh', folder], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const copies = result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [seconds = '', ...path] = line.split(' ');
      return { path: path.join(' ').replace('/member/snap/db', ''), madeAt: Number(seconds) * 1000 };
    });
  // The oldest: who keeps more than one copy has kept the first.
  return copies.toSorted((a, b) => a.madeAt - b.madeAt)[0];
}

/**
 * When etcd first ran from another manifest or on another data directory than at the start of the drill; undefined when
 * it never did. Restarts as it was change nothing that a copy has to be made before.
 */
function startedOtherwise(
  timeline: readonly TimelineEvent[],
  node: string,
  since: number,
): number | 'unknown' | undefined {
  const reports = machineSamples(timeline, node);
  const before = sampleAt(reports, since)?.answer?.manifests?.[manifest];
  const data = reports.findLast(({ at, answer }) => at <= since && answer?.etcd !== undefined)?.answer?.etcd?.data;
  if (before === undefined || data === undefined) return 'unknown';
  let asBeforeAt = since;
  for (const { at, answer } of reports) {
    if (at <= since) continue;
    const text = answer?.manifests?.[manifest];
    const asBefore = text === undefined || text === before;
    if (asBefore) asBeforeAt = at;
    if (answer?.etcd === undefined) continue;
    const { data: current, startedAt } = answer.etcd;
    // A manifest that has just been changed is not what the etcd that still runs was started with.
    if ((!asBefore && startedAt > asBeforeAt) || (current !== data && startedAt > since)) return startedAt;
  }
  return undefined;
}
