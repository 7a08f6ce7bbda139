import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readReport, reportPath } from '../../bench/report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubewright-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the report that is committed has rows, and where there is none yet there are none', async () => {
  expect((await readReport(reportPath)).rows.length).toBeGreaterThan(0);
  expect(await readReport(join(folder, 'new.json'))).toEqual({ rows: [] });
});

test.each([
  '{"rows": [',
  '{}',
  'null',
  '[]',
  '',
])('a file with %j is not written over, as its rows would be lost', async (text) => {
  const path = join(folder, 'bench.json');
  await writeFile(path, text);
  await expect(readReport(path)).rejects.toThrow(/bench\.json is not a report of the bench: .*--to/);
});

test('a file that cannot be read is told by its own error', async () => {
  await expect(readReport(folder)).rejects.toThrow('EISDIR');
});
