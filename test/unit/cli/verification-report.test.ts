import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeReport, readReport, writeJunit, writeReport } from '../../../engine/cli/verification-report.ts';
import type { ProofRun, ScenarioProof } from '../../../engine/drill/proof.ts';

const folder = () => mkdtemp(join(tmpdir(), 'kubewright-report-'));
const run = (more: Partial<ProofRun>): ProofRun => ({
  kind: 'wrong',
  name: 'too-early',
  asExpected: true,
  failed: ['ready'],
  seconds: 12.5,
  commit: 'c0ffee',
  nodeImage: 'node:1',
  inputs: 'abc',
  ...more,
});
const proof = (id: string, ...runs: ProofRun[]): ScenarioProof => ({ id, versions: { from: '1.34' }, runs });

test('a report keeps the rows of scenarios that it is not about, and is not ok while one of them is not', async () => {
  const file = join(await folder(), 'deep', 'report.json');
  await writeReport(file, makeReport([proof('b', run({ asExpected: false }))], false, 0));
  await writeReport(file, makeReport([proof('a', run({}))], true, 1_000));
  expect((await readReport(file)).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ ok: false, date: '1970-01-01T00:00:01.000Z' });
  await writeReport(file, makeReport([proof('b', run({}))], true, 0));
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ ok: true });
});

test('a file that is no report is refused with a remedy and stays as it is', async () => {
  const file = join(await folder(), 'notes.txt');
  await writeFile(file, 'my notes');
  await expect(readReport(file)).rejects.toMatchObject({ code: 'USAGE', remedy: expect.stringContaining('another') });
  expect(await readFile(file, 'utf8')).toBe('my notes');
});

test('JUnit has a suite a scenario, a case a row, and the reason of what was not as expected', async () => {
  const file = join(await folder(), 'junit.xml');
  const why = 'ready should have failed: "w1" <NotReady> & gone\u001b[0m\nsecond line';
  await writeJunit(file, [proof('mend', run({}), run({ name: 'gave-up', asExpected: false, why }))]);
  expect(await readFile(file, 'utf8')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="mend" tests="2" failures="1" time="25.0">
    <testcase classname="mend" name="wrong too-early" time="12.5"/>
    <testcase classname="mend" name="wrong gave-up" time="12.5">
      <failure message="ready should have failed: &quot;w1&quot; &lt;NotReady&gt; &amp; gone[0m&#10;second line"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});
