import type { ServiceLane, Span } from '../domain/debrief.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { type Frame, spansOf, type Turn } from './spans.ts';

/** A line of the record sums up the second that begins at its `at`. */
const lineMs = 1_000;
/** Without a line for this long nobody asked. */
const holeMs = 5_000;

interface Second {
  readonly at: number;
  sent: number;
  ok: number;
}

/**
 * What users of each probed service saw, second by second. As in the check of traffic, requests through the ports of
 * nodes count that were Ready at the time: that a dead node's own port is silent says nothing about the service.
 */
export function serviceLanes(timeline: readonly TimelineEvent[], frame: Frame): readonly ServiceLane[] {
  const services = new Map<string, Map<number, Second>>();
  const ready = new Map<string, boolean>();
  for (const event of timeline) {
    if (event.kind === 'node') ready.set(event.node.name, event.change === 'present' && event.node.ready === 'True');
    if (event.kind !== 'traffic' || event.sent === 0 || event.at < frame.from || event.at + lineMs > frame.until)
      continue;
    if ([...ready.values()].includes(true) && ready.get(event.node) === false) continue;
    const at = Math.floor(event.at / lineMs) * lineMs;
    const seconds = services.get(event.service) ?? new Map<number, Second>();
    const second = seconds.get(at) ?? { at, sent: 0, ok: 0 };
    second.sent += event.sent;
    second.ok += event.ok;
    services.set(event.service, seconds.set(at, second));
  }
  return [...services]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, of]) =>
      laneOf(
        name,
        [...of.values()].toSorted((a, b) => a.at - b.at),
        frame,
      ),
    );
}

function laneOf(name: string, seconds: readonly Second[], frame: Frame): ServiceLane {
  const turns: Turn<{ state: ServiceLane['spans'][number]['state'] }>[] = [];
  let seenTo = frame.from;
  for (const { at, sent, ok } of seconds) {
    if (at - seenTo > holeMs) turns.push({ at: seenTo, state: { state: 'unseen' } });
    turns.push({ at: Math.max(at, frame.from), state: { state: ok === sent ? 'up' : ok === 0 ? 'down' : 'partly' } });
    seenTo = at + lineMs;
  }
  if (frame.until - seenTo > holeMs) turns.push({ at: seenTo, state: { state: 'unseen' } });
  return {
    name,
    spans: spansOf(turns, frame),
    gaps: silences(seconds, frame),
    sent: seconds.reduce((sum, second) => sum + second.sent, 0),
    ok: seconds.reduce((sum, second) => sum + second.ok, 0),
  };
}

/** From the end of the last second with an answer to the beginning of the next one. */
function silences(seconds: readonly Second[], frame: Frame): Span[] {
  const gaps: Span[] = [];
  let answeredTo: number | undefined;
  let silentTo: number | undefined;
  const close = (to: number) => {
    if (silentTo !== undefined && answeredTo !== undefined)
      gaps.push({ from: answeredTo - frame.zero, to: to - frame.zero });
    silentTo = undefined;
  };
  for (const { at, ok } of seconds) {
    answeredTo ??= at;
    if (ok === 0) silentTo = at + lineMs;
    else {
      close(at);
      answeredTo = at + lineMs;
    }
  }
  if (silentTo !== undefined) close(silentTo);
  return gaps;
}
