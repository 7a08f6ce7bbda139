import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Report, reportPath } from '../../bench/report.ts';

test('the report on what is done a hundred times in a row has a hundred of each, without a difference or anything left', async () => {
  const { rows } = JSON.parse(await readFile(join(reportPath, '..', 'in-a-row.json'), 'utf8')) as Report;
  const of = (bench: string) =>
    rows.filter((row) => row.bench === bench).map(({ unit, ours }) => [unit, ours.n, ours.max]);
  for (const bench of ['restores', 'resets']) {
    expect(of(bench)).toEqual([
      ['s', 100, expect.any(Number)],
      ['differences', 100, 0],
      ['objects', 100, 0],
    ]);
  }
});
