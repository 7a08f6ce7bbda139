import { type ExamOutcome, examRules } from '../domain/exam.ts';
import type { CheckResult } from '../domain/verdict.ts';
import type { QuestionFacts } from '../store/exams.ts';

export interface Score {
  readonly earned: number;
  /** Points that could be judged. */
  readonly possible: number;
}

/**
 * Points of one question: a task's points are earned when all of its objectives hold. A task that could not be judged
 * counts neither way. Safeguards are shown and do not count: the exam sees the end state only.
 */
export function scoreQuestion(facts: QuestionFacts, checks: readonly CheckResult[]): Score {
  let earned = 0;
  let possible = 0;
  for (const { id, points } of facts.tasks) {
    const objectives = checks.filter((check) => check.task === id && check.role === 'objective');
    if (objectives.length === 0 || objectives.some(({ result }) => result === 'errored')) continue;
    possible += points;
    if (objectives.every(({ result }) => result === 'passed')) earned += points;
  }
  return { earned, possible };
}

export function pointsOf(facts: QuestionFacts): number {
  return facts.tasks.reduce((sum, { points }) => sum + points, 0);
}

/** The whole exam. Rounded down: 65.9 % is not 66 %. */
export function outcomeOf(scores: readonly Score[]): ExamOutcome {
  const earned = scores.reduce((sum, score) => sum + score.earned, 0);
  const possible = scores.reduce((sum, score) => sum + score.possible, 0);
  if (possible === 0) return { verdict: 'inconclusive', earned, possible, percent: 0 };
  const percent = Math.floor((earned / possible) * 100);
  return { verdict: percent >= examRules.passPercent ? 'passed' : 'failed', earned, possible, percent };
}
