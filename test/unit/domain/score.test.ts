import { expect, it } from 'vitest';
import { scoreOf } from '../../../engine/domain/score.ts';
import { type CheckOutcome, type CheckRole, judge } from '../../../engine/domain/verdict.ts';

const check = (task: string, role: CheckRole, result: CheckOutcome) => ({
  ...{ id: `${task}-${role}-${result}`, task, role, mode: 'assert' as const, result },
  ...{ expected: '', found: '', meaning: '' },
});
const tasks = [
  { id: 'a', points: 5 },
  { id: 'b', points: 3 },
];
const noAids = { spent: 0, gaveUp: false };

it('a task earns its points when all its objectives are met, whatever its safeguards say', () => {
  const verdict = judge([
    ...[check('a', 'objective', 'passed'), check('a', 'safeguard', 'failed')],
    ...[check('b', 'objective', 'passed'), check('b', 'objective', 'failed')],
  ]);
  expect(scoreOf(verdict, tasks, noAids)).toEqual({ earned: 5, possible: 8, unjudged: 0 });
  expect(scoreOf(verdict, tasks, { spent: 2, gaveUp: false }).earned).toBe(3);
  expect(scoreOf(verdict, tasks, { spent: 9, gaveUp: false }).earned).toBe(0);
  expect(scoreOf(verdict, tasks, { spent: 0, gaveUp: true }).earned).toBe(0);
});

it('what could not be judged counts neither way', () => {
  const verdict = judge([check('a', 'objective', 'passed'), check('b', 'objective', 'errored')]);
  expect(scoreOf(verdict, tasks, noAids)).toEqual({ earned: 5, possible: 8, unjudged: 3 });
});
