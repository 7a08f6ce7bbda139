import { describe, expect, test } from 'vitest';
import { type CheckOutcome, type CheckResult, type CheckRole, judge } from '../../../engine/domain/verdict.ts';

const check = (role: CheckRole, result: CheckOutcome): CheckResult => ({
  id: `${role}-${result}`,
  task: 'one',
  role,
  mode: 'assert',
  result,
  expected: 'this',
  found: 'that',
  meaning: 'so',
});

const table: readonly [
  name: string,
  objectives: CheckOutcome[],
  safeguards: CheckOutcome[],
  exam: string,
  operations: string,
][] = [
  ['no check at all proves nothing', [], [], 'inconclusive', 'inconclusive'],
  ['all hold', ['passed', 'passed'], ['passed'], 'passed', 'passed'],
  ['one objective fails', ['passed', 'failed'], ['passed'], 'failed', 'failed'],
  ['only a safeguard fails', ['passed'], ['failed', 'passed'], 'passed', 'failed'],
  ['an objective could not be read', ['passed', 'errored'], ['passed'], 'inconclusive', 'inconclusive'],
  ['an objective could not be read beside one that fails', ['failed', 'errored'], [], 'inconclusive', 'inconclusive'],
  ['a safeguard could not be read', ['passed'], ['errored'], 'passed', 'inconclusive'],
  ['a safeguard could not be read and an objective fails', ['failed'], ['errored'], 'failed', 'inconclusive'],
  ['safeguards without objectives', [], ['passed'], 'inconclusive', 'passed'],
  ['objectives without safeguards', ['passed'], [], 'passed', 'passed'],
];

describe('judge', () => {
  test.each(table)('%s', (_name, objectives, safeguards, exam, operations) => {
    const checks = [
      ...objectives.map((outcome) => check('objective', outcome)),
      ...safeguards.map((outcome) => check('safeguard', outcome)),
    ];
    expect(judge(checks)).toEqual({ exam, operations, checks });
  });

  test('never passes operations where the exam does not pass, whatever the order', () => {
    const outcomes: CheckOutcome[] = ['passed', 'failed', 'errored'];
    for (const first of outcomes) {
      for (const second of outcomes) {
        const checks = [check('objective', first), check('safeguard', second)];
        const verdict = judge(checks);
        expect(verdict.operations === 'passed' && verdict.exam !== 'passed').toBe(false);
        expect(judge(checks.toReversed())).toMatchObject({ exam: verdict.exam, operations: verdict.operations });
      }
    }
  });
});
