import type { EtcdFacts, TimelineEvent } from '../domain/timeline.ts';
import { etcdSamples, machineSamples } from './node-record.ts';

/**
 * What data etcd on a node has run with, read from the record.
 *
 * A member never knows less of its log than before; one whose data was restored or lost begins anew with a few entries.
 * The names and numbers of member and cluster say nothing of that: they are computed from addresses, and a restore gives
 * the same ones again.
 */
export interface EtcdRun {
  /** Runs with the same number have one history: each goes on where the one before it ended. The first is 0. */
  readonly history: number;
  /** Start of the process, wall clock ms; 0 when the node did not report it. */
  readonly startedAt: number;
  /** device:inode of the data directory; empty when the node did not report it. */
  readonly data: string;
  readonly first: Answered;
  readonly last: Answered;
}

export interface Answered {
  /** Wall clock ms. */
  readonly at: number;
  readonly facts: EtcdFacts;
}

/** A member that has just been started may for a moment not know the last few entries to be committed. */
const fewEntries = 50;

/** Every run of etcd on that node that answered, in order: one for each process, and for each history. */
export function etcdRuns(timeline: readonly TimelineEvent[], node: string): EtcdRun[] {
  const processes = etcdProcesses(timeline, node);
  const runs: EtcdRun[] = [];
  for (const { at, answer } of etcdSamples(timeline, node)) {
    if (answer === undefined) continue;
    const now = { at, facts: answer };
    const process = processes.findLast(({ startedAt }) => startedAt <= at) ?? { startedAt: 0, data: '' };
    const current = runs.at(-1);
    if (current?.startedAt === process.startedAt && goesOn(current.last.facts, answer)) {
      runs.splice(-1, 1, { ...current, last: now });
      continue;
    }
    const before = runs.findLast((run) => run.data === process.data && goesOn(run.last.facts, answer));
    const history = before?.history ?? Math.max(-1, ...runs.map((run) => run.history)) + 1;
    runs.push({ ...process, history, first: now, last: now });
  }
  return runs;
}

/** The run that was under way, or the last one before it. */
export function runAt(runs: readonly EtcdRun[], at: number): EtcdRun | undefined {
  return runs.findLast((run) => run.first.at <= at);
}

/**
 * When etcd last had other data than it has now: the last answer of another history, the first one of this one; undefined
 * when it has had these data from the beginning of the record.
 */
export function lastChange(
  runs: readonly EtcdRun[],
): { readonly before: Answered; readonly after: Answered } | undefined {
  const history = runs.at(-1)?.history;
  const index = runs.findLastIndex((run) => run.history !== history);
  const [before, after] = [runs[index], runs[index + 1]];
  return before === undefined || after === undefined ? undefined : { before: before.last, after: after.first };
}

function goesOn(before: EtcdFacts, now: EtcdFacts): boolean {
  return now.raftTerm >= before.raftTerm && now.raftIndex >= before.raftIndex - fewEntries;
}

function etcdProcesses(timeline: readonly TimelineEvent[], node: string): { startedAt: number; data: string }[] {
  const processes = machineSamples(timeline, node).flatMap(({ answer }) => answer?.etcd ?? []);
  return processes
    .map(({ startedAt, data }) => ({ startedAt, data }))
    .filter(({ startedAt }, index, all) => all.findIndex((other) => other.startedAt === startedAt) === index)
    .toSorted((a, b) => a.startedAt - b.startedAt);
}
