import { KubewrightError } from '../domain/errors.ts';
import { evaluateChecks, type Round } from './evaluate.ts';
import type { PlannedDrill } from './planned-drill.ts';

/** The durable record of what has happened, shared by every process that looks. */
export interface EventClaims {
  /** False when somebody else was first. */
  claim(event: string, at: number): boolean;
  release(event: string): void;
}

/**
 * Lets every event of the scenario happen whose condition holds and that has not happened yet.
 * Each is claimed first, so that nothing happens twice, and released again when it could not happen: the next look
 * tries once more.
 * @throws KubewrightError COMMAND_FAILED when an event could not happen
 */
export async function letEventsHappen(drill: PlannedDrill, round: Round, claims: EventClaims): Promise<void> {
  const due = drill.events.filter((event) => round.happened[event.id] === undefined);
  if (due.length === 0) return;
  const checks = drill.checks.filter((check) => due.some((event) => event.when.check === check.id));
  const results = await evaluateChecks(checks, round);
  for (const event of due) {
    const result = results.find((candidate) => candidate.id === event.when.check);
    if (result?.result !== event.when.is) continue;
    if (!claims.claim(event.id, round.clock.now())) continue;
    const { machine, path, text } = event.do;
    try {
      await round.cluster.machine(machine).write(path, text);
    } catch (error) {
      claims.release(event.id);
      throw new KubewrightError('COMMAND_FAILED', `the event ${event.id} could not happen on ${machine}`, {
        cause: error,
      });
    }
  }
}
