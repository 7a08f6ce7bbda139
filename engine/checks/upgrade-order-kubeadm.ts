import type { TimelineEvent } from '../domain/timeline.ts';
import { compareMinors, parseRelease } from '../reading/release.ts';
import { kubeletReplacements, reportingNodes } from './kubelet-replacement.ts';
import { machineGaps } from './node-record.ts';
import { gapsOf, moment, type Window } from './record.ts';
import type { RuleFinding } from './upgrade-order.ts';

/**
 * "kubeadm upgrade apply" or "kubeadm upgrade node" of the new minor has run on a node before its kubelet is started from
 * the new program.
 */
export function judgeKubeadmFirst(timeline: readonly TimelineEvent[], window: Window): RuleFinding {
  const replacements = kubeletReplacements(timeline, window);
  const early = replacements.find(({ node, at, to }) => !kubeadmRuns(timeline, node, to).some((ranAt) => ranAt < at));
  const ranAfter = early === undefined ? undefined : kubeadmRuns(timeline, early.node, early.to)[0];
  const nodes = reportingNodes(timeline).flatMap((node) => machineGaps(timeline, node, window));
  const trail = gapsOf(timeline, window, ['audit']);
  return {
    expected: 'kubeadm of the new release upgrades a node before the new kubelet is started there',
    gaps: [...nodes, ...trail],
    kept:
      replacements.length === 0
        ? 'no kubelet was replaced'
        : `kubeadm had upgraded ${[...new Set(replacements.map(({ node }) => node))].join(', ')} before`,
    // A run that the audit trail does not show because it was cut is not held against anyone.
    ...(early === undefined || trail.length > 0
      ? {}
      : {
          violation: {
            found: `the kubelet of ${early.node} was started as ${early.to} at ${moment(early.at, window.since)}, ${ranAfter === undefined ? 'and "kubeadm upgrade" of that release never ran on that node' : `but "kubeadm upgrade" of that release ran there only at ${moment(ranAfter, window.since)}`}`,
            meaning:
              "kubeadm brings a node's kubelet configuration and flags to the new release. A new kubelet that meets the old ones may refuse to start, or run with settings that nobody has looked at.",
          },
        }),
  };
}

/**
 * When kubeadm of the release's minor (or a later one) upgraded the kubelet configuration of that node. Both commands
 * then patch the node's own Node object under a user agent that names kubeadm's version (kubeadm 1.35,
 * cmd/phases/upgrade/kubeletconfig.go: RemoveCRISocketAnnotation, while the feature NodeLocalCRISocket is on, as it is by
 * default; the patch is sent even when there is nothing to remove).
 */
function kubeadmRuns(timeline: readonly TimelineEvent[], node: string, release: string): number[] {
  const wanted = parseRelease(release);
  if (wanted === undefined) return [];
  return timeline.flatMap((event) => {
    if (event.kind !== 'act') return [];
    const { verb, resource, subresource, name, code, userAgent, requestedAt } = event.act;
    const patchedNode = verb === 'patch' && resource === 'nodes' && subresource === '' && name === node && code === 200;
    const kubeadm = /^kubeadm\/(v\S+)/.exec(userAgent)?.[1];
    const version = kubeadm === undefined ? undefined : parseRelease(kubeadm);
    return patchedNode && version !== undefined && compareMinors(version, wanted) >= 0 ? [requestedAt] : [];
  });
}
