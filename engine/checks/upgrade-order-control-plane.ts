import type { TimelineEvent } from '../domain/timeline.ts';
import { compareReleases, parseRelease } from '../reading/release.ts';
import { kubeletReplacements, reportingNodes } from './kubelet-replacement.ts';
import { apiServerGaps, apiServerSamples, machineGaps } from './node-record.ts';
import { moment, type Window } from './record.ts';
import type { RuleFinding } from './upgrade-order.ts';
import { controlPlanesIn } from './version-skew.ts';

/**
 * The API servers of all control planes are of the new release before the first worker's kubelet is. An API server that
 * was down at that moment is judged by what it answered next: it may have been in the middle of its upgrade.
 */
export function judgeControlPlaneFirst(timeline: readonly TimelineEvent[], window: Window): RuleFinding {
  const controlPlanes = controlPlanesIn(timeline);
  const replacements = kubeletReplacements(timeline, window).filter(({ node }) => !controlPlanes.includes(node));
  const late = replacements.flatMap((replacement) =>
    controlPlanes.flatMap((controlPlane) => {
      const server = olderServer(timeline, controlPlane, replacement.at, replacement.to);
      return server === undefined ? [] : [{ ...replacement, controlPlane, server }];
    }),
  )[0];
  return {
    expected: 'the kubelet of a worker is replaced only after the control plane was upgraded',
    gaps: [
      ...reportingNodes(timeline).flatMap((node) => machineGaps(timeline, node, window)),
      ...controlPlanes.flatMap((node) => apiServerGaps(timeline, node, window)),
    ],
    kept:
      replacements.length === 0
        ? "no worker's kubelet was replaced"
        : `the control plane was upgraded before ${replacements[0]?.node ?? ''}`,
    ...(late === undefined
      ? {}
      : {
          violation: {
            found: `the kubelet of ${late.node} was started as ${late.to} at ${moment(late.at, window.since)}, when the API server of ${late.controlPlane} was at ${late.server}`,
            meaning:
              'Workers come last: should the upgrade of the control plane fail and be taken back, the newer kubelets could not stay.',
          },
        }),
  };
}

/** The version of that API server when it was older than `release` at that time; undefined when it was not, or is not known. */
function olderServer(
  timeline: readonly TimelineEvent[],
  controlPlane: string,
  at: number,
  release: string,
): string | undefined {
  const answers = apiServerSamples(timeline, controlPlane).filter(({ answer }) => answer !== undefined);
  const before = answers.findLast((sample) => sample.at <= at)?.answer;
  const after = answers.find((sample) => sample.at > at)?.answer;
  const wanted = parseRelease(release);
  if (before === undefined || wanted === undefined) return undefined;
  const isOlder = (version: string) => {
    const read = parseRelease(version);
    return read !== undefined && compareReleases(read, wanted) < 0;
  };
  return isOlder(before) && (after === undefined || isOlder(after)) ? before : undefined;
}
