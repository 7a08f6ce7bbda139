import type { Hint, HintBoard } from '../domain/aids.ts';
import { KubewrightError } from '../domain/errors.ts';
import type { CheckResult } from '../domain/verdict.ts';
import type { Scenario } from '../scenario/scenario.ts';

/**
 * What has been taken and seen is kept among what has happened in the session, under names that no event can have: an
 * event's id has no colon.
 */
const takenKey = (id: string) => `hint:${id}`;
const seenKey = (id: string) => `hint-seen:${id}`;
export const gaveUpKey = 'solution:shown';

interface PlannedHint {
  readonly id: string;
  readonly task: string;
  readonly cost: number;
  readonly text: string;
  readonly when?: { readonly check: string; readonly is: CheckResult['result'] };
}

type Happened = Readonly<Record<string, number>>;

/** Ids of the checks whose result would make a hint appear that has not appeared yet. */
export function checksToHintBy(scenario: Pick<Scenario, 'tasks'>, happened: Happened): string[] {
  const waiting = hintsOf(scenario).filter(({ id, when }) => when !== undefined && happened[seenKey(id)] === undefined);
  return [...new Set(waiting.map(({ when }) => when?.check ?? ''))];
}

/** What to note, by these results, as having happened: hints that the cluster has made appear. */
export function hintsThatAppear(
  scenario: Pick<Scenario, 'tasks'>,
  happened: Happened,
  results: readonly CheckResult[],
): string[] {
  return hintsOf(scenario)
    .filter(({ id, when }) => when !== undefined && happened[seenKey(id)] === undefined)
    .filter(({ when }) => results.some((result) => result.id === when?.check && result.result === when.is))
    .map(({ id }) => seenKey(id));
}

/**
 * The hints as they stand. Those without a condition are steps: each is offered when the one before it was taken. One
 * with a condition is offered from the time the cluster showed it, and one that costs nothing is simply there.
 */
export function boardOf(scenario: Pick<Scenario, 'tasks'>, happened: Happened): HintBoard {
  const all = hintsOf(scenario);
  const isTaken = (hint: PlannedHint) => happened[takenKey(hint.id)] !== undefined;
  const isSeen = (hint: PlannedHint) => hint.when !== undefined && happened[seenKey(hint.id)] !== undefined;
  const stepsLeft = new Map<string, PlannedHint>();
  for (const hint of all) {
    if (hint.when === undefined && !isTaken(hint) && !stepsLeft.has(hint.task)) stepsLeft.set(hint.task, hint);
  }
  const hints = all.flatMap((hint): Hint[] => {
    const { id, task, cost, text, when } = hint;
    const because = when === undefined ? {} : { because: when.check };
    if (isTaken(hint) || (isSeen(hint) && cost === 0)) return [{ id, task, cost, state: 'taken', text, ...because }];
    if (isSeen(hint) || stepsLeft.get(task) === hint) return [{ id, task, cost, state: 'offered', ...because }];
    return [];
  });
  return {
    hints: hints.toSorted(
      (left, right) => (happened[takenKey(left.id)] ?? Infinity) - (happened[takenKey(right.id)] ?? Infinity) || 0,
    ),
    more: all.length - hints.length,
    spent: all.filter(isTaken).reduce((sum, { cost }) => sum + cost, 0),
    gaveUp: happened[gaveUpKey] !== undefined,
  };
}

/** What to note as having happened when this hint is taken. @throws KubewrightError USAGE when it is not offered. */
export function keyOfOffered(board: HintBoard, id: string): string {
  const hint = board.hints.find((candidate) => candidate.id === id);
  if (hint === undefined) {
    const offered = board.hints.filter(({ state }) => state === 'offered').map((each) => each.id);
    throw new KubewrightError(
      'USAGE',
      `the hint "${id}" is not offered; ${offered.length === 0 ? 'none is' : `there are: ${offered.join(', ')}`}`,
    );
  }
  return takenKey(id);
}

function hintsOf(scenario: Pick<Scenario, 'tasks'>): PlannedHint[] {
  return scenario.tasks.flatMap((task) =>
    task.hints.map((hint, index) => ({ id: `${task.id}-${index + 1}`, task: task.id, ...hint })),
  );
}
