import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { gapsOf, holes, moment, seconds, type Window } from './record.ts';

const schema = z.strictObject({
  /** Share of the witness's requests that must be answered, such as 99%. */
  availability: z.string().regex(/^(100|\d{1,2}(\.\d{1,3})?)%$/, 'write a share such as "99%" or "99.5%"'),
  /** Longest time without an answer, such as 5s. A request is sent every 2 s: less than 4s cannot be told apart. */
  longestGap: z.string().regex(/^([4-9]|\d{2,})s$/, 'write whole seconds, at least "4s"'),
});
type Spec = z.infer<typeof schema>;

/** The witness sends a request every 2 s; without one for this long it did not look. */
const askedHoleMs = 6_000;

export const apiAvailableCheck: CheckDefinition<Spec> = {
  kind: 'api-available',
  summary: "The API answered a share of the witness's requests at the cluster's address, without a long break.",
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeApi(await context.timeline(), context, spec);
  },
};

/** The requests go where everybody's go: to the load balancer where there is one, else to the only API server. */
export function judgeApi(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const share = Number.parseFloat(spec.availability) / 100;
  const longestMs = Number.parseFloat(spec.longestGap) * 1000;
  const expected = `the API answers at least ${spec.availability} of all requests and is never silent for more than ${spec.longestGap}`;
  const beats = timeline.flatMap((event) =>
    event.kind === 'beat' && event.at >= window.since && event.at <= window.until ? [event] : [],
  );
  const meaning =
    'Everybody who works with the cluster saw it: kubectl, controllers, and the kubelets that report to it. Several control planes are there so that one can be away unnoticed.';
  const silence = longestSilence(beats);
  if (silence.ms > longestMs) {
    return {
      result: 'failed',
      expected,
      found: `the API did not answer for ${seconds(silence.ms)} from ${moment(silence.from, window.since)}`,
      meaning,
    };
  }
  const gaps = [
    ...gapsOf(timeline, window, []),
    ...holes(
      beats.map((beat) => beat.at),
      window,
      askedHoleMs,
    ).map((span) => ({ ...span, what: 'the witness did not ask the API' })),
  ];
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  if (beats.length === 0) {
    return {
      result: 'errored',
      expected,
      found: 'no request has been sent yet',
      meaning: 'Too little time has passed to say anything. Look again in a moment.',
    };
  }
  const ok = beats.filter((beat) => beat.ok).length;
  const found = `${ok} of ${beats.length} requests answered`;
  if (ok < share * beats.length) {
    const lost = beats.filter((beat) => !beat.ok).map((beat) => moment(beat.at, window.since));
    return { result: 'failed', expected, found: `${found}; not at ${listed(lost, 3)}`, meaning };
  }
  return { result: 'passed', expected, found, meaning: 'Nobody who works with the cluster noticed the work.' };
}

/** From the last answer before a silence to the first one after it; at the ends to the first or last request. */
function longestSilence(beats: readonly { readonly at: number; readonly ok: boolean }[]): { from: number; ms: number } {
  let longest = { from: 0, ms: 0 };
  let lastOk = beats[0]?.at ?? 0;
  let silent = false;
  for (const { at, ok } of beats) {
    if (silent || !ok) {
      if (at - lastOk > longest.ms) longest = { from: lastOk, ms: at - lastOk };
    }
    silent = !ok;
    if (ok) lastOk = at;
  }
  return longest;
}
