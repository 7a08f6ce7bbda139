import { expect, test } from 'vitest';
import type { VerificationReport } from '../../../engine/cli/verification-report.ts';
import type { ProofRun } from '../../../engine/drill/proof.ts';
import { isEqual, pairRows, renderComparison } from '../../restored-verdicts.ts';

const run = (name: string, more: Partial<ProofRun> = {}): ProofRun => ({
  ...{ kind: 'wrong', name, asExpected: true, failed: ['a'], seconds: 10, commit: 'c', nodeImage: 'n', inputs: 'i' },
  ...more,
});
const report = (runs: readonly ProofRun[]): VerificationReport => ({
  ...{ date: '2026-01-02T00:00:00.000Z', host: { cores: 2, memoryGiB: 24, platform: 'linux' }, ok: true },
  scenarios: [{ id: 'mend', versions: { from: '1.34' }, runs }],
});

test('rows are compared that are of the same inputs, one on a fresh and one on a restored cluster', () => {
  const fresh = report([run('same'), run('other'), run('edited'), run('alone'), run('restored', { restored: true })]);
  const restored = report([
    run('same', { restored: true, seconds: 4 }),
    run('other', { restored: true, failed: ['b'] }),
    run('edited', { restored: true, inputs: 'j' }),
    run('restored', { restored: true }),
  ]);
  const rows = pairRows(fresh, restored);
  expect(rows.map((row) => [row.name, isEqual(row)])).toEqual([
    ['same', true],
    ['other', false],
  ]);
  const text = renderComparison(rows, 5);
  expect(text).toContain('of 5 rows');
  expect(text).toContain('1 verdicts equal, 1 different');
  expect(text).toContain('| mend | 2 | 1 |');
  expect(text).toContain('* mend, other: a on a fresh one, b on a restored one');
});
