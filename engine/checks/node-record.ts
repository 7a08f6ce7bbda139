import type { EtcdFacts, MachineReport, TimelineEvent } from '../domain/timeline.ts';
import { type Gap, holes, type Span, type Window } from './record.ts';

/**
 * Reading what the witness records of single machines: what each etcd member and API server answers, and what each
 * node's reporter says. Beside record.ts, and judged alike: silence of the record is a gap and counts against nobody,
 * silence of a server that was asked is a fact.
 *
 * Take the samples of one node, then look at them:
 *
 *     const samples = etcdSamples(timeline, 'cp2');
 *     sampleAt(samples, context.until)?.answer?.members   what cp2 says at the end; see the Sample's comment
 *     silentSpans(samples, context)                       when it did not answer
 *     etcdGaps(timeline, 'cp2', context)                  when nobody asked: then a hold check is errored
 *
 * Times are wall clock milliseconds.
 */

/** The witness asks once a second and writes at least every second answer; without one for this long it did not look. */
const askedHoleMs = 6_000;
/** A node's reporter is heard every 2 s and noted every 4 s; on a machine whose processors are all taken, much later. */
const machineHoleMs = 20_000;
/** From the last report before a restart of the machine to the first one after it: stopping, and starting under load. */
const longestRestartMs = 180_000;

/** What one member, API server or machine said, or that it did not answer. */
export interface Sample<Answer> {
  readonly at: number;
  /** Missing: it was asked and did not answer in time, or not as it should. Never missing for machines. */
  readonly answer?: Answer;
}

/**
 * Every recorded answer of the etcd member on that node, from the beginning of the record, in order; empty for a node
 * that was never asked. It is one for each change, and one about every 2 s while only the figures that always grow do.
 */
export function etcdSamples(timeline: readonly TimelineEvent[], node: string): Sample<EtcdFacts>[] {
  return timeline.flatMap((event) =>
    event.kind === 'etcd' && event.node === node ? [sample(event.at, event.facts)] : [],
  );
}

/** As etcdSamples(), for the version ("v1.35.4") that the node's own API server answers with, whether or not it is ready. */
export function apiServerSamples(timeline: readonly TimelineEvent[], node: string): Sample<string>[] {
  return timeline.flatMap((event) =>
    event.kind === 'apiserver' && event.node === node ? [sample(event.at, event.version)] : [],
  );
}

/**
 * Every report of the node that differs from the one before, from the beginning of the record. It is in force until the
 * next one, also where machineGaps() has a gap: that nothing was changed and changed back in it is not known.
 */
export function machineSamples(timeline: readonly TimelineEvent[], node: string): Sample<MachineReport>[] {
  return timeline.flatMap((event) =>
    event.kind === 'machine' && event.node === node ? [sample(event.at, event.report)] : [],
  );
}

/** The last sample at or before that time, however old it is; undefined when there is none. */
export function sampleAt<Answer>(samples: readonly Sample<Answer>[], at: number): Sample<Answer> | undefined {
  return samples.findLast((one) => one.at <= at);
}

/**
 * What held during the window: the sample in force at its start, dated to the start, then those within it. When nothing
 * had been recorded at the start, the first one is later.
 */
export function samplesWithin<Answer>(samples: readonly Sample<Answer>[], window: Window): Sample<Answer>[] {
  const first = sampleAt(samples, window.since);
  const inside = samples.filter((one) => one.at > window.since && one.at <= window.until);
  return first === undefined ? inside : [{ ...first, at: window.since }, ...inside];
}

/**
 * Times in which the member or API server answered whenever it was asked, from the first answer to the last one, clipped
 * to the window. Times about which the record says nothing are in neither these nor silentSpans(). Not for machines.
 */
export function answeredSpans(samples: readonly Sample<unknown>[], window: Window): Span[] {
  return spansWhere(samples, window, (before, after) => before && after);
}

/**
 * Times in which it did not answer: from the last answer before to the first one after, as apiOutages() has it, clipped
 * to the window. One question that got lost makes a span of about 2 s: judge by the length. Not for machines.
 */
export function silentSpans(samples: readonly Sample<unknown>[], window: Window): Span[] {
  return spansWhere(samples, window, (before, after) => !before || !after);
}

/** Times in which the witness did not ask the etcd member of that node, clipped to the window, in order. */
export function etcdGaps(timeline: readonly TimelineEvent[], node: string, window: Window): Gap[] {
  const asked = timeline.filter((event) => event.kind === 'etcd' && event.node === node);
  return holesAsGaps(asked, window, askedHoleMs, `the witness did not ask etcd on ${node}`);
}

/** Times in which the witness did not ask the API server of that node, clipped to the window, in order. */
export function apiServerGaps(timeline: readonly TimelineEvent[], node: string, window: Window): Gap[] {
  const asked = timeline.filter((event) => event.kind === 'apiserver' && event.node === node);
  return holesAsGaps(asked, window, askedHoleMs, `the witness did not ask the API server on ${node}`);
}

/**
 * Times in which the node's reporter was not heard, clipped to the window, in order. A time in which the machine was
 * started anew (a reboot, power off and on) is none, unless it is longer than 3 minutes. A node that a fault keeps
 * switched off, frozen or cut off has a gap: judge such a node from the time it is back.
 */
export function machineGaps(timeline: readonly TimelineEvent[], node: string, window: Window): Gap[] {
  const heard = timeline.filter(
    (event) => (event.kind === 'machine' || event.kind === 'machine-alive') && event.node === node,
  );
  const reports = machineSamples(timeline, node);
  const gaps = holesAsGaps(heard, window, machineHoleMs, `node ${node} did not report`);
  return gaps.filter((gap) => {
    const last = heard.findLast((event) => event.at <= gap.from);
    const next = heard.find((event) => event.at >= gap.to);
    if (last === undefined || next === undefined || next.at - last.at > longestRestartMs) return true;
    return sampleAt(reports, next.at)?.answer?.bootedAt === sampleAt(reports, last.at)?.answer?.bootedAt;
  });
}

/** When the machine was started anew within the window, in order: the start times of its first process. */
export function machineStarts(timeline: readonly TimelineEvent[], node: string, window: Window): number[] {
  const starts = new Set(machineSamples(timeline, node).flatMap(({ answer }) => answer?.bootedAt ?? []));
  return [...starts].filter((at) => at > window.since && at <= window.until).toSorted((a, b) => a - b);
}

/** The numbered objects of the witness that the API server accepted within the window, in the order of their numbers. */
export function markersWritten(
  timeline: readonly TimelineEvent[],
  window: Window,
): { readonly at: number; readonly marker: number }[] {
  return timeline
    .flatMap((event) => (event.kind === 'marker' ? [{ at: event.at, marker: event.marker }] : []))
    .filter(({ at }) => at >= window.since && at <= window.until)
    .toSorted((a, b) => a.marker - b.marker);
}

function sample<Answer>(at: number, answer: Answer | undefined): Sample<Answer> {
  return answer === undefined ? { at } : { at, answer };
}

function holesAsGaps(points: readonly { at: number }[], window: Window, longerThanMs: number, what: string): Gap[] {
  return holes(
    points.map((point) => point.at),
    window,
    longerThanMs,
  ).map((span) => ({ ...span, what }));
}

/** Joins the times between neighbouring samples of which `wanted` holds; a last sample speaks for a moment more. */
function spansWhere(
  samples: readonly Sample<unknown>[],
  window: Window,
  wanted: (answeredBefore: boolean, answeredAfter: boolean) => boolean,
): Span[] {
  const spans: Span[] = [];
  for (const [index, before] of samples.entries()) {
    const after = samples[index + 1] ?? { ...before, at: Math.max(before.at, window.until) };
    const from = Math.max(before.at, window.since);
    const to = Math.min(after.at, window.until);
    if (after.at - before.at > askedHoleMs || to <= from) continue;
    if (!wanted(before.answer !== undefined, after.answer !== undefined)) continue;
    if (spans.at(-1)?.to === from) spans.splice(-1, 1, { from: spans.at(-1)?.from ?? from, to });
    else spans.push({ from, to });
  }
  return spans;
}
