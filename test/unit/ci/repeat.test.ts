import { expect, test } from 'vitest';
import type { ProofRun } from '../../../engine/drill/proof.ts';
import { isSteady, renderRepeats } from '../../repeat.ts';

const run = (seconds: number, failed: string[], asExpected = true): ProofRun => ({
  kind: 'wrong',
  name: 'half',
  asExpected,
  failed,
  seconds,
  commit: 'c',
  nodeImage: 'n',
  inputs: 'i',
});

test('verdicts are steady when the same checks failed every time, in whatever order, as expected', () => {
  const row = { scenario: 's', name: 'half' };
  expect(isSteady({ ...row, runs: [run(1, ['a', 'b']), run(2, ['b', 'a'])] })).toBe(true);
  expect(isSteady({ ...row, runs: [run(1, ['a']), run(2, ['a', 'b'])] })).toBe(false);
  expect(isSteady({ ...row, runs: [run(1, ['a'], false), run(2, ['a'], false)] })).toBe(false);
  expect(isSteady({ ...row, runs: [] })).toBe(false);
});

test('the table says how many verdicts were equal, and between which times they came', () => {
  const text = renderRepeats([
    { scenario: 's', name: 'half', runs: [run(3, ['a']), run(1, ['a']), run(2, ['a'])] },
    { scenario: 't', name: 'half', runs: [run(1, ['a']), run(1, [])] },
  ]);
  expect(text).toContain('3 of 5 verdicts');
  expect(text).toContain('| s | half | 3 | yes | a | 1.0 / 2.0 / 3.0 |');
  expect(text).toContain('| t | half | 2 | **no** | a / none | 1.0 / 1.0 / 1.0 |');
});
