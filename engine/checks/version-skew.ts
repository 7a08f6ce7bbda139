import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import { compareMinors, parseRelease } from '../reading/release.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { apiServerGaps } from './node-record.ts';
import { gapsOf, moment, seconds, type Window } from './record.ts';

const schema = z.strictObject({});

export const versionSkewCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'version-skew',
  summary: 'At no time was the kubelet of a node of a newer minor than the oldest API server.',
  schema,
  modes: ['hold'],
  async evaluate(context) {
    return judgeSkew(await context.timeline(), context);
  },
};

/**
 * The version skew policy (https://kubernetes.io/releases/version-skew-policy/#kubelet): a kubelet must not be newer
 * than any API server; it speaks of minors. Judged whenever an API server has just answered with its version, so an
 * API server that is down violates nothing. What the kubelets were at the end is also judged by the first answer of each
 * API server after it: one that is older then was not newer before. A kubelet counts once it has reported its version to
 * the API: one that only crashes never does. A skew that is there at the start is the fault's doing and counts from when
 * it was gone once.
 */
export function judgeSkew(timeline: readonly TimelineEvent[], window: Window): CheckFinding {
  const expected = 'at no time is the kubelet of a node of a newer minor than an API server';
  const first = findSkews(timeline, window)[0];
  if (first !== undefined) {
    return {
      result: 'failed',
      expected,
      found: `the kubelet of ${first.node} was at ${first.kubelet} while the API server of ${first.controlPlane} still was at ${first.server}, from ${moment(first.from, window.since)} ${first.over ? `for ${seconds(first.to - first.from)}` : 'on'}`,
      meaning:
        'An API server understands older kubelets, not newer ones: a newer kubelet may ask for what the API server does not know. Nobody tests or supports that combination, even where it seems to work.',
    };
  }
  const controlPlanes = controlPlanesIn(timeline);
  if (controlPlanes.length === 0) {
    return {
      result: 'errored',
      expected,
      found: 'the record has no version of any API server',
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  const gaps = [
    ...gapsOf(timeline, window, ['nodes']),
    ...controlPlanes.flatMap((node) => apiServerGaps(timeline, node, window)),
  ];
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  return {
    result: 'passed',
    expected,
    found: `${listed(controlPlanes)}: no kubelet was ahead of the API server`,
    meaning: 'Every combination that ran is one that is tested and supported.',
  };
}

interface Skew {
  readonly node: string;
  readonly kubelet: string;
  readonly controlPlane: string;
  readonly server: string;
  readonly from: number;
  /** Last time at which it was seen. */
  to: number;
  /** It was gone before the end. */
  over: boolean;
}

function findSkews(timeline: readonly TimelineEvent[], window: Window): Skew[] {
  const kubelets = new Map<string, string>();
  const skews: Skew[] = [];
  const open = new Map<string, Skew>();
  /** Pairs of node and control plane that were skewed already when the drill began. */
  const inherited = new Set<string>();
  const askedAfterwards = new Set<string>();
  for (const event of timeline) {
    const isAfterwards = event.at > window.until;
    if (event.kind === 'node' && !isAfterwards) {
      if (event.change === 'present') kubelets.set(event.node.name, event.node.kubeletVersion);
      else kubelets.delete(event.node.name);
    }
    if (event.kind !== 'apiserver' || event.version === undefined) continue;
    const { node: controlPlane, version: server } = event;
    if (isAfterwards && askedAfterwards.has(controlPlane)) continue;
    if (isAfterwards) askedAfterwards.add(controlPlane);
    const at = Math.min(event.at, window.until);
    for (const [node, kubelet] of kubelets) {
      const pair = `${node} ${controlPlane}`;
      const known = open.get(pair);
      if (!isNewer(kubelet, server)) {
        if (known !== undefined) known.over = true;
        open.delete(pair);
        inherited.delete(pair);
      } else if (at < window.since) inherited.add(pair);
      else if (inherited.has(pair)) continue;
      else if (known !== undefined) known.to = at;
      else {
        const skew = { node, kubelet, controlPlane, server, from: at, to: at, over: false };
        open.set(pair, skew);
        skews.push(skew);
      }
    }
  }
  return skews;
}

function isNewer(kubelet: string, server: string): boolean {
  const [one, other] = [parseRelease(kubelet), parseRelease(server)];
  return one !== undefined && other !== undefined && compareMinors(one, other) > 0;
}

/** Nodes whose own API server the witness asks. */
export function controlPlanesIn(timeline: readonly TimelineEvent[]): string[] {
  return [...new Set(timeline.flatMap((event) => (event.kind === 'apiserver' ? [event.node] : [])))].toSorted();
}
