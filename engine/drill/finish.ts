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
export async function judgeFinally(drill: PlannedDrill, round: Round): Promise<Verdict> {
  await retryUntil(round.clock, { withinMs: trailWithinMs, everyMs: 500, signal: round.signal }, async () => {
    const timeline = await round.cluster.witness.timeline().catch(() => []);
    return hasCaughtUp(timeline, round.until) ? true : undefined;
  });
  return judge(await evaluateFinally(drill.checks, round));
}

/** Whether a numbered request made after that moment has come back through the audit trail. */
export function hasCaughtUp(timeline: readonly TimelineEvent[], moment: number): boolean {
  const later = new Set(
    timeline
      .filter((event) => event.kind === 'beat' && event.ok && event.at >= moment)
      .map((event) => ('beat' in event ? event.beat : 0)),
  );
  return timeline.some((event) => event.kind === 'echo' && later.has(event.beat));
}
