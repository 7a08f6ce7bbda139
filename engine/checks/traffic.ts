import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { type Gap, gapsOf, holes, moment, seconds, type Window } from './record.ts';

const percent = /^(100|\d{1,2}(\.\d{1,3})?)%$/;
const duration = /^(\d+(?:\.\d+)?)s$/;

const schema = z.strictObject({
  /** namespace/name of a Service that the scenario probes. */
  service: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'write <namespace>/<name>'),
  /** Share of requests that must be answered, such as 99%. */
  availability: z.string().regex(percent, 'write a share such as "99%" or "99.5%"'),
  /** Longest time in which nothing is answered at all, such as 2s. */
  longestGap: z.string().regex(duration, 'write seconds such as "2s"').optional(),
});
type Spec = z.infer<typeof schema>;

/** The witness writes a line a second and node; without one for this long it did not look. */
const sampleHoleMs = 5_000;
/** A line sums up the second that begins at its `at`; it is written 1-2 s later, so lines are not in order with the rest. */
const lineMs = 1_000;

export const trafficCheck: CheckDefinition<Spec> = {
  kind: 'traffic',
  summary: 'A service answered a share of all requests, without a long break, during the whole drill.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeTraffic(await context.timeline(), context, spec);
  },
};

/**
 * Requests through the ports of all nodes count that were Ready at the time, as a load balancer's health check would
 * have it: that a dead node's own port is silent says nothing about the service. Without any Ready node all count.
 */
export function judgeTraffic(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const share = Number.parseFloat(spec.availability) / 100;
  const longestMs = spec.longestGap === undefined ? undefined : Number.parseFloat(spec.longestGap) * 1000;
  const expected = `${spec.service} answers at least ${spec.availability} of all requests${
    spec.longestGap === undefined ? '' : ` and is never silent for more than ${spec.longestGap}`
  }`;
  const lines = countedLines(timeline, window, spec.service);
  const silence = longestSilence(lines);
  if (longestMs !== undefined && silence.ms > longestMs) {
    return {
      result: 'failed',
      expected,
      found: `no request was answered for ${seconds(silence.ms)} from ${moment(silence.from, window.since)}${because(lines)}`,
      meaning: 'Everybody who used the service in that time saw it down.',
    };
  }
  const gaps: Gap[] = [
    ...gapsOf(timeline, window, []),
    ...holes(
      lines.map((line) => line.at),
      window,
      sampleHoleMs,
    ).map((span) => ({ ...span, what: `no requests were sent to ${spec.service}` })),
  ];
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  const sent = lines.reduce((sum, line) => sum + line.sent, 0);
  const ok = lines.reduce((sum, line) => sum + line.ok, 0);
  if (sent === 0) {
    return {
      result: 'errored',
      expected,
      found: 'no request has been sent yet',
      meaning: 'Too little time has passed to say anything. Look again in a moment.',
    };
  }
  const found = `${ok} of ${sent} requests answered (${percentText(ok / sent)})`;
  if (ok < share * sent) {
    const worst = worstLine(lines);
    return {
      result: 'failed',
      expected,
      found: `${found}, worst at ${moment(worst, window.since)}${because(lines)}`,
      meaning: 'The users of the service saw errors while you worked. Planned work is not to be noticed.',
    };
  }
  return { result: 'passed', expected, found, meaning: 'The users of the service did not notice the work.' };
}

interface Line {
  readonly at: number;
  readonly sent: number;
  readonly ok: number;
  readonly lastError?: string;
}

function countedLines(timeline: readonly TimelineEvent[], window: Window, service: string): Line[] {
  const ready = new Map<string, boolean>();
  const lines: Line[] = [];
  for (const event of timeline) {
    if (event.kind === 'node' && event.at <= window.until) {
      if (event.change === 'gone') ready.set(event.node.name, false);
      else ready.set(event.node.name, event.node.ready === 'True');
    }
    if (event.kind !== 'traffic' || event.service !== service || event.sent === 0) continue;
    if (event.at < window.since || event.at + lineMs > window.until) continue;
    const anyReady = [...ready.values()].includes(true);
    if (!anyReady || ready.get(event.node) !== false) lines.push(event);
  }
  return lines;
}

/** The longest time without an answer: from the end of a second with one to the beginning of the next such second. */
function longestSilence(lines: readonly Line[]): { from: number; ms: number } {
  let longest = { from: 0, ms: 0 };
  let lastAnswer: number | undefined;
  let lastFailure: number | undefined;
  for (const line of lines) {
    lastAnswer ??= line.at;
    if (line.ok === 0) lastFailure = line.at + lineMs;
    else {
      const ms = line.at - lastAnswer;
      if (lastFailure !== undefined && ms > longest.ms) longest = { from: lastAnswer, ms };
      lastAnswer = line.at + lineMs;
      lastFailure = undefined;
    }
  }
  if (lastAnswer !== undefined && lastFailure !== undefined && lastFailure - lastAnswer > longest.ms) {
    longest = { from: lastAnswer, ms: lastFailure - lastAnswer };
  }
  return longest;
}

function worstLine(lines: readonly Line[]): number {
  return lines.toSorted((a, b) => a.ok / a.sent - b.ok / b.sent || a.at - b.at)[0]?.at ?? 0;
}

function because(lines: readonly Line[]): string {
  const error = lines.findLast((line) => line.lastError !== undefined)?.lastError;
  return error === undefined ? '' : `; the last error was: ${error}`;
}

/** Rounded down, so that 98.999 % does not look like 99 %. */
function percentText(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}
