import type { Verdict } from './verdict.ts';

export interface Score {
  readonly earned: number;
  readonly possible: number;
  /** Points that could not be judged: they count neither way. */
  readonly unjudged: number;
}

/**
 * Points of a drill: a task's points are earned when all of its objectives are met, as an exam sees the end state. Hints
 * take theirs off, never below nothing; who has seen the solution first earns none.
 */
export function scoreOf(
  verdict: Verdict,
  tasks: readonly { readonly id: string; readonly points: number }[],
  aids: { readonly spent: number; readonly gaveUp: boolean },
): Score {
  let earned = 0;
  let unjudged = 0;
  for (const task of tasks) {
    const objectives = verdict.checks.filter((check) => check.task === task.id && check.role === 'objective');
    if (objectives.length === 0 || objectives.some((check) => check.result === 'errored')) unjudged += task.points;
    else if (objectives.every((check) => check.result === 'passed')) earned += task.points;
  }
  return {
    earned: aids.gaveUp ? 0 : Math.max(0, earned - aids.spent),
    possible: tasks.reduce((sum, task) => sum + task.points, 0),
    unjudged,
  };
}
