import type { Verdict } from './verdict.ts';

/** A drill that was judged; kept when its session is gone. */
export interface DrillResult {
  readonly number: number;
  readonly session: string;
  readonly scenario: string;
  /** Wall clock milliseconds. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly verdict: Verdict;
  /** procedure: a script of the scenario, or a runbook, did the work. It is nobody's progress. */
  readonly doneBy: 'learner' | 'procedure';
  /** The exam it was a question of. */
  readonly exam?: string;
}
