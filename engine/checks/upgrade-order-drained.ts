import type { TimelineEvent } from '../domain/timeline.ts';
import { listed } from './finding.ts';
import { kubeletReplacements, reportingNodes } from './kubelet-replacement.ts';
import { machineGaps } from './node-record.ts';
import { gapsOf, lastState, moment, type Window } from './record.ts';
import type { RuleFinding } from './upgrade-order.ts';
import { whyNotDrained } from './why-not-drained.ts';

/** A node is cordoned and empty but for pods of DaemonSets, static and finished ones when its new kubelet starts. */
export function judgeDrained(timeline: readonly TimelineEvent[], window: Window): RuleFinding {
  const blind = gapsOf(timeline, window, ['nodes', 'pods']);
  const replacements = kubeletReplacements(timeline, window);
  const isSeen = (at: number) => !blind.some((gap) => at >= gap.from && at <= gap.to);
  const found = replacements
    .filter(({ at }) => isSeen(at))
    .flatMap(({ node, to, at }) => {
      const why = whyNotDrained(lastState(timeline, { since: window.since, until: at }), node);
      return why === undefined
        ? []
        : [`when the kubelet of ${node} was started as ${to} at ${moment(at, window.since)}, ${why}`];
    });
  return {
    expected: 'a node is drained when its kubelet is replaced (pods of DaemonSets and static pods may stay)',
    gaps: [
      ...reportingNodes(timeline).flatMap((node) => machineGaps(timeline, node, window)),
      ...blind.filter((gap) => replacements.some(({ at }) => at >= gap.from && at <= gap.to)),
    ],
    kept:
      replacements.length === 0
        ? 'no kubelet was replaced'
        : `${listed([...new Set(replacements.map(({ node }) => node))])} had been drained`,
    ...(found.length === 0
      ? {}
      : {
          violation: {
            found: listed(found),
            meaning:
              'A kubelet of another minor may start the containers it finds anew, and a node that does not come back takes its pods with it. Nobody else was told to carry their load.',
          },
        }),
  };
}
