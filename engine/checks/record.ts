import type { NodeFacts, PdbFacts, PodFacts, TimelineEvent, WatchedResource } from '../domain/timeline.ts';

/**
 * Reading the witness's record: the cluster's state at any time, and the times about which the record says nothing.
 *
 * How silence is judged: what the record does not show did not count against anyone. A hold check whose stream has a gap
 * within the judged time is errored; a violation that was seen stays seen, whatever else is missing. While the API server
 * is down (no beat is answered) nothing can be written to it, so a watch that is down at that time misses nothing and
 * the audit trail owes nothing: that is an outage, not a gap. If writes of others were answered meanwhile, it was only
 * the witness that was cut off, and from the first of them on it is a gap.
 */

/** The witness ticks once a second; under load a tick comes late, but not by more than this. */
const tickHoleMs = 5_000;
/** Taking up a watch anew takes well under a second; nothing that these checks judge begins and ends within 2 s of it. */
const watchHoleMs = 2_000;
/** After an outage a client waits between attempts to connect again: the API answers before the watch is back. */
const watchRecoveryMs = 5_000;
/** The audit log is written and shipped in order and at once; an answer whose echo takes longer than this was cut out. */
const echoLateMs = 15_000;
/** The witness sends a beat every few seconds; without one for this long nothing vouches for the audit trail. */
const beatHoleMs = 15_000;

/** The judged time, wall clock milliseconds. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A time about which one stream of the record says nothing. */
export interface Gap extends Span {
  readonly what: string;
}

export type Stream = WatchedResource | 'audit';

export interface ClusterState {
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  /** By namespace/name. */
  readonly pods: ReadonlyMap<string, PodFacts>;
  /** By namespace/name. */
  readonly pdbs: ReadonlyMap<string, PdbFacts>;
}

/** The state that held from `at` until the next moment. */
export interface Moment {
  readonly at: number;
  readonly state: ClusterState;
}

/**
 * The state at the start of the window, then after every change within it, also when a watch was taken up again or
 * lost. Changes recorded in the same millisecond are one moment. The maps are the same objects each time: look, do not
 * keep.
 */
export function* replay(timeline: readonly TimelineEvent[], window: Window): Generator<Moment> {
  const nodes = new Map<string, NodeFacts>();
  const pods = new Map<string, PodFacts>();
  const pdbs = new Map<string, PdbFacts>();
  const state: ClusterState = { nodes, pods, pdbs };
  let at = window.since;
  for (const event of timeline) {
    if (event.kind !== 'node' && event.kind !== 'pod' && event.kind !== 'pdb' && event.kind !== 'watch') continue;
    if (event.at > window.until) break;
    if (event.at > at) {
      yield { at, state };
      at = event.at;
    }
    if (event.kind === 'node') keep(nodes, event.node.name, event.change, event.node);
    else if (event.kind === 'pod') keep(pods, nameOf(event.pod), event.change, event.pod);
    else if (event.kind === 'pdb') keep(pdbs, nameOf(event.pdb), event.change, event.pdb);
  }
  yield { at, state };
}

/** The state at the end of the window. */
export function lastState(timeline: readonly TimelineEvent[], window: Window): ClusterState {
  let last: ClusterState = { nodes: new Map(), pods: new Map(), pdbs: new Map() };
  for (const moment of replay(timeline, window)) last = moment.state;
  return last;
}

export function nameOf(thing: { readonly namespace: string; readonly name: string }): string {
  return `${thing.namespace}/${thing.name}`;
}

/** Gaps of the record as a whole and of the streams named, clipped to the window, in order. */
export function gapsOf(timeline: readonly TimelineEvent[], window: Window, streams: readonly Stream[]): Gap[] {
  const gaps = [...recordingGaps(timeline, window)];
  for (const stream of streams) {
    gaps.push(...(stream === 'audit' ? auditGaps(timeline, window) : watchGaps(timeline, stream, window)));
  }
  return gaps.toSorted((a, b) => a.from - b.from);
}

/** Times without a tick: the witness itself was not running. */
export function recordingGaps(timeline: readonly TimelineEvent[], window: Window): Gap[] {
  const ticks = timeline.filter((event) => event.kind === 'tick').map((event) => event.at);
  return holes(ticks, window, tickHoleMs).map((span) => ({ ...span, what: 'the witness was not running' }));
}

/** Times in which the witness did not follow the resource although the API server was there. */
export function watchGaps(timeline: readonly TimelineEvent[], resource: WatchedResource, window: Window): Gap[] {
  const blind: Span[] = [];
  let lostAt: number | undefined = Number.NEGATIVE_INFINITY;
  let previousAt = Number.NEGATIVE_INFINITY;
  for (const event of timeline) {
    // A witness that starts again had no chance to say that it lost its watches.
    if (event.kind === 'started') lostAt ??= previousAt;
    if (event.kind === 'watch' && event.resource === resource) {
      if (event.state === 'lost') lostAt ??= event.at;
      else if (lostAt !== undefined) {
        blind.push({ from: lostAt, to: event.at });
        lostAt = undefined;
      }
    }
    previousAt = event.at;
  }
  if (lostAt !== undefined) blind.push({ from: lostAt, to: Number.POSITIVE_INFINITY });
  // An API server that has just come back answers others' writes before a slow machine lets it answer a beat in time.
  // Up to the first of them nothing was written, so nothing was missed.
  const excused = silences(timeline).map(({ from, to, firstWriteAt = to }) => ({
    from,
    to: firstWriteAt + watchRecoveryMs,
  }));
  return blind
    .flatMap((span) => subtract(span, excused))
    .filter((span) => span.to - span.from > watchHoleMs)
    .flatMap((span) => clip(span, window))
    .map((span) => ({ ...span, what: `the witness could not watch ${resource}` }));
}

/**
 * Times for which the audit trail is not whole: a beat was answered, so it was written down, but its echo has not come
 * although a later one has, or although there was time enough for it.
 */
export function auditGaps(timeline: readonly TimelineEvent[], window: Window): Gap[] {
  const echoed = new Set(timeline.flatMap((event) => (event.kind === 'echo' ? [event.beat] : [])));
  const beats = timeline.filter((event) => event.kind === 'beat');
  const lastAt = Math.max(window.until, timeline.at(-1)?.at ?? window.until);
  const spans: Span[] = holes(
    beats.map((beat) => beat.at),
    window,
    beatHoleMs,
  );
  let vouchedUntil = Number.NEGATIVE_INFINITY;
  let firstMissing: number | undefined;
  for (const beat of beats) {
    if (!beat.ok) continue;
    if (!echoed.has(beat.beat)) {
      firstMissing ??= beat.at;
      continue;
    }
    if (firstMissing !== undefined) spans.push({ from: vouchedUntil, to: beat.at });
    firstMissing = undefined;
    vouchedUntil = beat.at;
  }
  if (firstMissing !== undefined && lastAt - firstMissing > echoLateMs) {
    spans.push({ from: vouchedUntil, to: Number.POSITIVE_INFINITY });
  }
  return spans
    .flatMap((span) => clip(span, window))
    .map((span) => ({ ...span, what: "the API server's audit trail was cut" }));
}

/**
 * Times in which the API server answered nobody: from the last beat that was answered to the next one that was. A time
 * in which someone else's write was answered is none: then only the witness was cut off.
 */
export function apiOutages(timeline: readonly TimelineEvent[]): Span[] {
  return silences(timeline).flatMap(({ from, to, firstWriteAt }) => (firstWriteAt === undefined ? [{ from, to }] : []));
}

/** A time in which no beat was answered. */
interface Silence extends Span {
  /** The first write of somebody else that was answered between the first and the last beat that was not. */
  readonly firstWriteAt?: number;
}

function silences(timeline: readonly TimelineEvent[]): Silence[] {
  const found: Silence[] = [];
  const writes = timeline
    .flatMap((event) => (event.kind === 'act' && event.act.code < 500 ? [event.act.requestedAt] : []))
    .toSorted((a, b) => a - b);
  let lastOk: number | undefined;
  let down: { first: number; last: number } | undefined;
  const close = (to: number) => {
    if (down === undefined) return;
    const { first, last } = down;
    const firstWriteAt = writes.find((at) => at > first && at < last);
    found.push({ from: lastOk ?? first, to, ...(firstWriteAt === undefined ? {} : { firstWriteAt }) });
    down = undefined;
  };
  for (const event of timeline) {
    if (event.kind !== 'beat') continue;
    if (event.ok) {
      close(event.at);
      lastOk = event.at;
    } else down = { first: down?.first ?? event.at, last: event.at };
  }
  close(Number.POSITIVE_INFINITY);
  return found;
}

/** Times longer than `longerThanMs` without a point, between the points and from and to the window's ends. */
export function holes(points: readonly number[], window: Window, longerThanMs: number): Span[] {
  const sorted = points.toSorted((a, b) => a - b);
  const before = sorted.findLast((at) => at <= window.since) ?? window.since;
  const inside = sorted.filter((at) => at > window.since && at < window.until);
  const after = sorted.find((at) => at >= window.until) ?? window.until;
  const stops = [before, ...inside, after];
  return stops
    .slice(1)
    .map((to, index) => ({ from: stops[index] ?? to, to }))
    .filter((span) => span.to - span.from > longerThanMs)
    .flatMap((span) => clip(span, window));
}

/** Gaps as a sentence part for the learner. */
export function describeGaps(gaps: readonly Gap[], since: number): string {
  return gaps.map((gap) => `${gap.what} from ${moment(gap.from, since)} to ${moment(gap.to, since)}`).join('; ');
}

/** "14:03:22 UTC (65 s into the drill)". */
export function moment(at: number, since: number): string {
  const clock = new Date(at).toISOString().slice(11, 19);
  return `${clock} UTC (${Math.max(0, Math.round((at - since) / 1000))} s into the drill)`;
}

/** "0.4 s", "12 s": short times with a decimal, long ones without. */
export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function keep<T extends { readonly uid: string }>(
  map: Map<string, T>,
  name: string,
  change: 'present' | 'gone',
  facts: T,
): void {
  if (change === 'present') map.set(name, facts);
  // A successor of the same name may have been seen before the end of its predecessor was.
  else if (map.get(name)?.uid === facts.uid) map.delete(name);
}

function subtract(span: Span, cuts: readonly Span[]): Span[] {
  let rest = [span];
  for (const cut of cuts) {
    rest = rest
      .flatMap(({ from, to }) => [
        { from, to: Math.min(to, cut.from) },
        { from: Math.max(from, cut.to), to },
      ])
      .filter(({ from, to }) => to > from);
  }
  return rest;
}

function clip(span: Span, window: Window): Span[] {
  const from = Math.max(span.from, window.since);
  const to = Math.min(span.to, window.until);
  return to > from ? [{ from, to }] : [];
}
