import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../engine/domain/verdict.ts';
import { outcomeOf, scoreQuestion } from '../../../engine/exam/score.ts';

const facts = {
  title: 't',
  domain: 'd',
  minutes: 5,
  tasks: [
    { id: 'a', points: 6 },
    { id: 'b', points: 4 },
  ],
};
const check = (task: string, result: CheckResult['result'], role: CheckResult['role'] = 'objective'): CheckResult => ({
  ...{ id: `${task}-${role}-${result}`, task, role, result, mode: 'assert' },
  ...{ expected: '', found: '', meaning: '' },
});

describe('a question', () => {
  test('earns a task’s points when all of its objectives hold', () => {
    expect(scoreQuestion(facts, [check('a', 'passed'), check('b', 'passed'), check('b', 'failed')])).toEqual({
      ...{ earned: 6, possible: 10 },
    });
  });

  test('does not lose points for a safeguard, or for what could not be judged', () => {
    expect(
      scoreQuestion(facts, [check('a', 'passed'), check('a', 'failed', 'safeguard'), check('b', 'errored')]),
    ).toEqual({
      ...{ earned: 6, possible: 6 },
    });
  });
});

describe('an exam', () => {
  test('passes with 66 %, rounded down', () => {
    expect(outcomeOf([{ earned: 66, possible: 100 }])).toMatchObject({ verdict: 'passed', percent: 66 });
    expect(outcomeOf([{ earned: 659, possible: 1000 }])).toMatchObject({ verdict: 'failed', percent: 65 });
    expect(
      outcomeOf([
        { earned: 5, possible: 5 },
        { earned: 0, possible: 3 },
      ]),
    ).toMatchObject({ verdict: 'failed' });
  });

  test('of which nothing could be judged is inconclusive', () => {
    expect(outcomeOf([{ earned: 0, possible: 0 }])).toMatchObject({ verdict: 'inconclusive' });
  });
});
