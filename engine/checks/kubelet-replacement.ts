import type { TimelineEvent } from '../domain/timeline.ts';
import { compareReleases, parseRelease } from '../reading/release.ts';
import { machineSamples } from './node-record.ts';
import type { Window } from './record.ts';

/** A kubelet of a later release came up on a node, whether or not it stayed up. */
export interface KubeletReplacement {
  readonly node: string;
  /** When its process started, wall clock ms. */
  readonly at: number;
  /** Releases as the programs name themselves, such as v1.34.4. */
  readonly from: string;
  readonly to: string;
}

/**
 * Every replacement within the window, in order of time. Installing a package replaces nothing yet: what counts is the
 * first process that was started from the new program. Going back to an earlier release is none.
 */
export function kubeletReplacements(timeline: readonly TimelineEvent[], window: Window): KubeletReplacement[] {
  return reportingNodes(timeline)
    .flatMap((node) => replacementsOn(timeline, node))
    .filter(({ at }) => at > window.since && at <= window.until)
    .toSorted((a, b) => a.at - b.at);
}

/** Nodes whose own reporter is in the record. */
export function reportingNodes(timeline: readonly TimelineEvent[]): string[] {
  return [...new Set(timeline.flatMap((event) => (event.kind === 'machine' ? [event.node] : [])))].toSorted();
}

function replacementsOn(timeline: readonly TimelineEvent[], node: string): KubeletReplacement[] {
  const found: KubeletReplacement[] = [];
  let running: { readonly startedAt: number; readonly version: string } | undefined;
  for (const { at, answer } of machineSamples(timeline, node)) {
    const unit = answer?.units['kubelet'];
    const version = answer?.programs['kubelet'];
    if (unit === undefined || version === undefined) continue;
    // One that crashes in a loop is hardly ever met alive: between two attempts it is "activating".
    const startedAt = unit.startedAt === 0 && unit.active === 'activating' ? at : unit.startedAt;
    // The file may be newer than the process: only a process that is new was started from it.
    if (startedAt === 0 || startedAt === running?.startedAt) continue;
    if (running !== undefined && isLater(version, running.version)) {
      found.push({ node, at: startedAt, from: running.version, to: version });
    }
    running = { startedAt, version };
  }
  return found;
}

function isLater(version: string, than: string): boolean {
  const [one, other] = [parseRelease(version), parseRelease(than)];
  return one !== undefined && other !== undefined && compareReleases(one, other) > 0;
}
