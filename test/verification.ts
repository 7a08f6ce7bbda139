import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerificationReport } from '../engine/cli/verification-report.ts';
import { scenarioPlace } from '../engine/compose.ts';
import { inputsOf } from '../engine/drill/procedures.ts';
import { loadAll } from '../engine/scenario/load.ts';
import { checkout } from './real/command-line.ts';
import { renderTable, tablePath } from './verification-table.ts';

/**
 * Whether docs/verification.json still speaks of the scenarios as they are: a row whose inputs no longer match proves
 * nothing. Part of "npm run check".
 */
const { folder, dependencies } = scenarioPlace();
const { scenarios } = await loadAll(folder, dependencies);
const report = JSON.parse(await readFile(join(checkout, 'docs', 'verification.json'), 'utf8')) as VerificationReport;
const complaints = scenarios.flatMap((scenario) => {
  const proof = report.scenarios.find(({ id }) => id === scenario.id);
  if (proof === undefined) return [`${scenario.id} has not been verified`];
  const expected = [
    'healthy',
    'broken',
    'solution',
    ...scenario.alsoRight.map(({ name }) => name),
    ...scenario.wrong.map(({ name }) => name),
  ];
  const missing = expected.filter((name) => !proof.runs.some((run) => run.name === name));
  const stale = proof.runs.filter((run) => run.inputs !== inputsOf(scenario, run));
  const unproven = proof.runs.filter((run) => !run.asExpected);
  return [
    ...missing.map((name) => `${scenario.id}: ${name} has not been verified`),
    ...stale.map((run) => `${scenario.id}: ${run.name} is stale: the scenario or its kinds have changed since`),
    ...unproven.map((run) => `${scenario.id}: ${run.name} was not as expected: ${run.why}`),
  ];
});
if ((await readFile(tablePath, 'utf8').catch(() => '')) !== renderTable(report))
  complaints.push('docs/verification.md is not what docs/verification.json says');
const rows = report.scenarios.reduce((sum, { runs }) => sum + runs.length, 0);
process.stdout.write(
  complaints.length === 0
    ? `docs/verification.json: ${rows} rows, none stale\n`
    : `${complaints.join('\n')}\nRun: npm run verify:all\n`,
);
process.exit(complaints.length === 0 ? 0 : 1);
