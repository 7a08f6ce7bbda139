import { describe, expect, test } from 'vitest';
import type { DrillResult } from '../../../engine/domain/results.ts';
import type { VerdictWord } from '../../../engine/domain/verdict.ts';
import { progressOf } from '../../../engine/progress/progress-of.ts';

const scenario = (id: string, domain: string) => ({
  ...{ id, domain, title: id.toUpperCase(), minutes: 5, difficulty: 'easy' as const, versions: { from: '1.34' } },
});
let count = 0;
const result = (
  of: string,
  exam: VerdictWord,
  operations: VerdictWord,
  minutes = 3,
  more: Partial<DrillResult> = {},
): DrillResult => {
  count += 1;
  return {
    ...{ number: count, session: `s${count}`, scenario: of, startedAt: 0, finishedAt: minutes * 60_000 },
    ...{ verdict: { exam, operations, checks: [] }, doneBy: 'learner', ...more },
  };
};
const scenarios = [scenario('a', 'storage'), scenario('b', 'troubleshooting'), scenario('c', 'troubleshooting')];

describe('progress', () => {
  test('has the last and the best try of each drill', () => {
    const results = [
      result('a', 'passed', 'passed', 9),
      result('a', 'passed', 'passed', 4),
      result('a', 'failed', 'failed', 1),
      result('gone', 'passed', 'passed'),
    ];
    const progress = progressOf(scenarios, results);
    expect(progress).toMatchObject({ drills: 4, passed: 3 });
    expect(progress.scenarios[0]).toMatchObject({ tries: 3, last: { exam: 'failed' }, best: { tookMs: 240_000 } });
    expect(progress.scenarios[1]).toMatchObject({ tries: 0 });
    expect(progress.scenarios[1]?.last).toBeUndefined();
  });

  test('counts domains by their last tries, with those that have no drills', () => {
    const results = [result('b', 'failed', 'failed'), result('b', 'passed', 'failed'), result('c', 'passed', 'passed')];
    const { domains } = progressOf(scenarios, results);
    expect(domains.find(({ domain }) => domain === 'troubleshooting')).toEqual({
      ...{ domain: 'troubleshooting', weight: 30, scenarios: 2, passed: 2, mastered: 1 },
    });
    expect(domains.find(({ domain }) => domain === 'networking')).toMatchObject({ scenarios: 0, passed: 0 });
  });

  test('leaves out what a procedure has done', () => {
    expect(progressOf(scenarios, [result('a', 'passed', 'passed', 3, { doneBy: 'procedure' })])).toMatchObject({
      drills: 0,
    });
  });

  test('proposes what failed, then what is new, then what did harm, then what was slow; the heavier domain first', () => {
    const all = [...scenarios, scenario('d', 'workloads'), scenario('e', 'storage')];
    const propose = (...results: DrillResult[]) => progressOf(all, results).next.map((one) => one.scenario);
    expect(propose()).toEqual(['b', 'c', 'd']);
    expect(propose(result('a', 'failed', 'failed'), result('b', 'passed', 'passed'))).toEqual(['a', 'c', 'd']);
    const rest = ['a', 'c', 'e'].map((id) => result(id, 'passed', 'passed'));
    expect(propose(...rest, result('b', 'passed', 'passed', 9), result('d', 'passed', 'failed'))).toEqual(['d', 'b']);
  });
});
