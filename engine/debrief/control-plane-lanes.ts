import type { AnswerSpan, Debrief, EtcdLane } from '../domain/debrief.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { type Frame, spansOf, type Turn } from './spans.ts';

/** When each API server answered, and with which version. */
export function apiServerLanes(timeline: readonly TimelineEvent[], frame: Frame): Debrief['apiServers'] {
  const turns = new Map<string, Turn<Omit<AnswerSpan, 'from' | 'to'>>[]>();
  for (const event of timeline) {
    if (event.kind !== 'apiserver' || event.at > frame.until) continue;
    const state = event.version === undefined ? {} : { version: event.version };
    turns.set(event.node, [...(turns.get(event.node) ?? []), { at: event.at, state }]);
  }
  return sorted(turns).map(([node, of]) => ({ node, spans: spansOf(of, frame) }));
}

/** Points of one etcd member that are drawn, besides changes of term and leader. */
const points = 160;

/** When each etcd member answered; its term, its revision, and whether it led. */
export function etcdLanes(timeline: readonly TimelineEvent[], frame: Frame): readonly EtcdLane[] {
  const everyMs = (frame.until - frame.from) / points;
  const turns = new Map<string, Turn<{ answers: boolean }>[]>();
  const drawn = new Map<string, EtcdLane['points'][number][]>();
  for (const event of timeline) {
    if (event.kind !== 'etcd' || event.at > frame.until) continue;
    const { facts, node } = event;
    turns.set(node, [...(turns.get(node) ?? []), { at: event.at, state: { answers: facts !== undefined } }]);
    if (facts === undefined) continue;
    const point = {
      at: Math.max(event.at, frame.from) - frame.zero,
      revision: facts.revision,
      term: facts.raftTerm,
      leads: facts.leader === facts.memberId,
    };
    const of = drawn.get(node) ?? [];
    const last = of.at(-1);
    drawn.set(node, of);
    if (last?.at === point.at) of.pop();
    // A revision that falls is a restore: never left out.
    const isTurn = last?.term !== point.term || last.leads !== point.leads || point.revision < last.revision;
    if (isTurn || last.at === point.at || point.at - last.at >= everyMs) of.push(point);
  }
  return sorted(turns).map(([node, of]) => ({ node, spans: spansOf(of, frame), points: drawn.get(node) ?? [] }));
}

function sorted<T>(lanes: ReadonlyMap<string, T>): [string, T][] {
  return [...lanes].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}
