import type { TimelineEvent } from '../domain/timeline.ts';
import { judge, type Verdict } from '../domain/verdict.ts';
import { retryUntil } from '../system/clock.ts';
import { evaluateFinally, type Round } from './evaluate.ts';
import type { PlannedDrill } from './planned-drill.ts';

/** How long the last second's audit events may take to reach the witness; after that the record has a gap there. */
const trailWithinMs = 20_000;

/**
 * The verdict on a drill that ends now: first the record is let catch up with the last act, then the checks that
 * converge get their time and those that hold are judged for good.
 */
export async function judgeFinally(drill: PlannedDrill, submitted: Round): Promise<Verdict> {
  const round = await whenCaughtUp(submitted);
  return judge(await evaluateFinally(drill.checks, round));
}

/**
 * The verdict after a repeated Submit: the checks that could not read their subject the first time look once more, up to
 * the moment of that first Submit (`submitted.until`). What passed or failed then stands.
 */
export async function judgeOpenRest(drill: PlannedDrill, submitted: Round, former: Verdict): Promise<Verdict> {
  const open = new Set(former.checks.filter(({ result }) => result === 'errored').map(({ id }) => id));
  const round = await whenCaughtUp(submitted);
  const again = await evaluateFinally(
    drill.checks.filter(({ id }) => open.has(id)),
    round,
  );
  return judge(former.checks.map((check) => again.find(({ id }) => id === check.id) ?? check));
}

export function isInconclusive({ operations }: Verdict): boolean {
  return operations === 'inconclusive';
}

async function whenCaughtUp(submitted: Round): Promise<Round> {
  const round = { ...submitted, until: Math.max(submitted.until, submitted.since + shortestMs) };
  round.progress?.('waiting until the record holds all that happened before Submit');
  await retryUntil(round.clock, { withinMs: trailWithinMs, everyMs: 500, signal: round.signal }, async () => {
    const timeline = await round.cluster.witness.timeline().catch(() => []);
    return hasCaughtUp(timeline, round.until) ? true : undefined;
  });
  return round;
}

/** A drill that is given up at once is still looked at for this long, or there would be nothing to tell of its traffic. */
const shortestMs = 5_000;
/** Traffic is written a second at a time, 1-2 s late. */
const trafficLagMs = 2_500;

/**
 * Whether the record is complete up to that moment: a numbered request made after it has come back through the audit
 * trail, and the witness has gone on long enough to have written the traffic before it.
 */
export function hasCaughtUp(timeline: readonly TimelineEvent[], moment: number): boolean {
  const later = new Set(
    timeline.flatMap((event) => (event.kind === 'beat' && event.ok && event.at >= moment ? [event.beat] : [])),
  );
  const trailIsWhole = timeline.some((event) => event.kind === 'echo' && later.has(event.beat));
  const trafficIsWritten = timeline.some((event) => event.kind === 'tick' && event.at >= moment + trafficLagMs);
  return trailIsWhole && trafficIsWritten;
}
