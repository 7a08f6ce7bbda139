import type { TimelineEvent } from '../domain/timeline.ts';
import { listed } from './finding.ts';
import { apiOutages, type ClusterState, gapsOf, moment, replay, seconds, type Window } from './record.ts';
import type { RuleFinding } from './upgrade-order.ts';

/** After an outage of the API server the nodes' heartbeats arrive anew, every 10 s, and are judged with a grace of 50 s. */
const recoveryMs = 60_000;
/** A list that is taken anew arrives object by object. */
const blinkMs = 1_000;

/**
 * At most one node is out of service, i.e. cordoned, not Ready or deleted, at any time. Nodes that were out of service at
 * the start are the fault's doing and count from when they were back once. That a node is not Ready counts for nothing
 * while the API server is down and shortly after: then it is the heartbeat that is missing.
 */
export function judgeOneAtATime(timeline: readonly TimelineEvent[], window: Window): RuleFinding {
  const outages = apiOutages(timeline);
  const inherited = new Set<string>();
  const known = new Set<string>();
  const overlaps: { from: number; to: number; nodes: readonly string[] }[] = [];
  let open: { from: number; nodes: readonly string[] } | undefined;
  const close = (to: number) => {
    if (open !== undefined && to - open.from >= blinkMs) overlaps.push({ ...open, to });
    open = undefined;
  };
  let isFirst = true;
  for (const { at, state } of replay(timeline, window)) {
    const excused = outages.some((outage) => at >= outage.from && at <= outage.to + recoveryMs);
    for (const name of state.nodes.keys()) known.add(name);
    const out = [...known].filter((name) => isOut(state, name, excused)).toSorted();
    if (isFirst) for (const name of out) inherited.add(name);
    for (const name of inherited) if (!out.includes(name)) inherited.delete(name);
    isFirst = false;
    const counted = out.filter((name) => !inherited.has(name));
    if (counted.length < 2) close(at);
    else if (open === undefined) open = { from: at, nodes: counted };
  }
  close(window.until);
  const worst = overlaps.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  return {
    expected: 'at most one node is out of service at a time',
    gaps: gapsOf(timeline, window, ['nodes']),
    kept: 'never more than one node was out of service',
    ...(worst === undefined
      ? {}
      : {
          violation: {
            found: `${listed(worst.nodes)} were out of service together from ${moment(worst.from, window.since)} for ${seconds(worst.to - worst.from)}`,
            meaning:
              'A node that is cordoned or not Ready carries no new pods. With two of them away the rest may be too small for the load, and one that fails now is one too many. Wait until a node is Ready and schedulable before you take the next.',
          },
        }),
  };
}

function isOut(state: ClusterState, name: string, excused: boolean): boolean {
  const node = state.nodes.get(name);
  if (node === undefined) return true;
  return node.unschedulable || (node.ready !== 'True' && !excused);
}
