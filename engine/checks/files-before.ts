import { isDeepStrictEqual } from 'node:util';
import type { TimelineEvent } from '../domain/timeline.ts';
import { machineSamples } from './node-record.ts';

/*
 * What the drill begins with is made while the cluster is: faults and learners come later and change what is there. So
 * what counts is what was there first and stayed for a while.
 */

/** A file that was caught while it was being written is another one at the next report, 2 s later. */
const settledMs = 10_000;

/** sha256 in hexadecimal by path of the files of a node that the record keeps, as each of them first was and stayed. */
export function digestsBefore(timeline: readonly TimelineEvent[], node: string, since: number): Map<string, string> {
  const paths = new Set<string>();
  const reports = machineSamples(timeline, node).filter(({ at }) => at <= since);
  for (const { answer } of reports) for (const path of Object.keys(answer?.files ?? {})) paths.add(path);
  const digests = new Map<string, string>();
  for (const path of paths) {
    const digest = firstLasting(reports.map(({ at, answer }) => ({ at, value: answer?.files[path] })));
    if (digest !== undefined) digests.set(path, digest);
  }
  return digests;
}

/** Texts by path of the static pods' manifests of a node, as the folder first was and stayed. */
export function manifestsBefore(timeline: readonly TimelineEvent[], node: string, since: number): Map<string, string> {
  const reports = machineSamples(timeline, node).filter(({ at }) => at <= since);
  const texts = firstLasting(reports.map(({ at, answer }) => ({ at, value: present(answer?.manifests) })));
  return new Map(Object.entries(texts ?? {}).map(([path, base64]) => [path, Buffer.from(base64, 'base64').toString()]));
}

function firstLasting<Value>(states: readonly { at: number; value: Value | undefined }[]): Value | undefined {
  let run: { from: number; value: Value | undefined } | undefined;
  for (const { at, value } of states) {
    if (run !== undefined && isDeepStrictEqual(run.value, value)) continue;
    if (run?.value !== undefined && at - run.from >= settledMs) return run.value;
    run = { from: at, value };
  }
  // Nothing has changed since.
  return run?.value;
}

/** A folder that nothing has been put into yet is not what the drill begins with. */
function present(files: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> | undefined {
  return files === undefined || Object.keys(files).length === 0 ? undefined : files;
}
