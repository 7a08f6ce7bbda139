import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { etcdRuns, runAt } from './etcd-history.ts';
import { listed } from './finding.ts';
import { machineSamples } from './node-record.ts';
import { seconds } from './record.ts';
import { when } from './when.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd. */
  node: z.string().min(1),
  /** Folders of it: the data directory is one of them, or at most two levels below one. */
  in: z.array(z.string().startsWith('/')).min(1),
});

const askWithinMs = 30_000;
/** The node reports every 2 s and etcd takes a moment to end; on a busy machine more. */
const slackMs = 10_000;
/** A member that runs writes several times a minute, as leases are renewed; its witness asks it every second. */
const behindMs = 30_000;

export const dataDirUntouchedCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'data-dir-untouched',
  summary:
    'The data directory that etcd used at the hand-over is still there, and nothing was written to it afterwards.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `the data that etcd on ${spec.node} had at first is kept in ${listed(spec.in)}, as etcd left it`;
    const use = useOf(await context.timeline(), spec.node, context);
    if (use === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the record does not say what data etcd on ${spec.node} had`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    if (use.goesOn) {
      return {
        result: 'passed',
        expected,
        found: `etcd on ${spec.node} still runs with the data it had`,
        meaning: 'Nothing of it is lost.',
      };
    }
    const directories = await readDirectories(context.machine(spec.node), spec.in);
    const at = (time: number) => when(time, context.since);
    const kept = directories.find(
      ({ writtenAt }) => writtenAt <= use.until + slackMs && writtenAt >= use.answeredAt - behindMs,
    );
    if (kept !== undefined) {
      return {
        result: 'passed',
        expected,
        found: `${kept.path} on ${spec.node} was last written to at ${at(kept.writtenAt)}, and not after etcd had left it`,
        meaning:
          'Should the restore turn out to be the wrong one, or somebody want to know what happened, it is all there.',
      };
    }
    const newer = directories.find(({ writtenAt }) => writtenAt > use.until + slackMs);
    const older = directories.find(({ writtenAt }) => writtenAt < use.answeredAt - behindMs);
    return {
      result: 'failed',
      expected,
      found: [
        `no directory there has the log of etcd up to ${at(use.answeredAt)}, when it last answered with those data`,
        ...(newer === undefined
          ? []
          : [`${newer.path} was written to ${seconds(newer.writtenAt - use.until)} after etcd had left them`]),
        ...(older === undefined ? [] : [`${older.path} ends before that, at ${at(older.writtenAt)}`]),
      ].join('; '),
      meaning:
        'The old directory is the way back when a restore goes wrong, and the only evidence of what happened after the backup. It costs some disk space; it is deleted when everybody has said that nothing is missed.',
    };
  },
};

/** How long etcd used the data that it had at the hand-over. */
function useOf(
  timeline: readonly TimelineEvent[],
  node: string,
  window: { readonly since: number; readonly until: number },
): { readonly goesOn: boolean; readonly answeredAt: number; readonly until: number } | undefined {
  const runs = etcdRuns(timeline, node);
  const first = runAt(runs, window.since);
  if (first === undefined) return undefined;
  const last = runs.findLast((run) => run.history === first.history) ?? first;
  const reports = machineSamples(timeline, node).filter(({ at }) => at <= window.until);
  // What a member did that never answered is known from the node's own reports only.
  // A directory made anew may have got the number of the old one: then the process is known to have another history.
  const others = new Set(runs.filter((run) => run.history !== first.history).map((run) => run.startedAt));
  const lastReport = reports.findLastIndex(
    ({ answer }) => answer?.etcd?.data === first.data && !others.has(answer.etcd.startedAt),
  );
  const reportedUntil = reports[lastReport + 1]?.at ?? window.until;
  const goesOn = runAt(runs, window.until)?.history === first.history && lastReport === reports.length - 1;
  const seenUntil = first.data === '' || lastReport < 0 ? last.last.at : reportedUntil;
  return { goesOn, answeredAt: last.last.at, until: Math.max(last.last.at, seenUntil, window.since) };
}

/** Data directories below the folders: with a database, and when their log was last written to, wall clock ms. */
async function readDirectories(
  machine: Node,
  folders: readonly string[],
): Promise<{ readonly path: string; readonly writtenAt: number }[]> {
  const script = `find "$@" -maxdepth 5 -path '*/member/wal/*.wal' -type f -size +0 -printf '%T@ %p\\n' 2>/dev/null | while read -r written wal; do
  dir=\${wal%/member/wal/*}
  [ -s "$dir/member/snap/db" ] && echo "$written $dir"
done
true`;
  const result = await machine.exec(['sh', '-c', script, 'sh', ...folders], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const newest = new Map<string, number>();
  for (const line of result.stdout.split('\n')) {
    const [time = '', ...path] = line.split(' ');
    const directory = path.join(' ');
    if (directory === '') continue;
    newest.set(directory, Math.max(newest.get(directory) ?? 0, Math.round(Number(time) * 1000)));
  }
  return [...newest].map(([path, writtenAt]) => ({ path, writtenAt }));
}
