import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerificationReport } from '../engine/cli/verification-report.ts';
import type { ProofRun } from '../engine/drill/proof.ts';
import { checkout } from './real/command-line.ts';
import { verdictOf } from './repeat.ts';

/**
 * Whether a verdict depends on how the cluster came about: every row of docs/verification.json that ran on a cluster made
 * from nothing beside the same procedure on a restored one, of docs/restored.json. Prints the comparison, writes it to
 * docs/restored-verdicts.md and ends with 1 when a verdict differs. The end of "npm run verify:restored".
 */
export interface Compared {
  readonly scenario: string;
  readonly name: string;
  readonly fresh: ProofRun;
  readonly restored: ProofRun;
}

/** Rows that both reports have, of the same inputs, one fresh and one restored. */
export function pairRows(fresh: VerificationReport, restored: VerificationReport): readonly Compared[] {
  return fresh.scenarios.flatMap(({ id, runs }) => {
    const others = restored.scenarios.find((other) => other.id === id)?.runs ?? [];
    return runs.flatMap((run) => {
      const other = others.find((one) => one.kind === run.kind && one.name === run.name && one.inputs === run.inputs);
      const isPair = run.restored !== true && other?.restored === true;
      return isPair ? [{ scenario: id, name: run.name, fresh: run, restored: other }] : [];
    });
  });
}

/** The same checks failed, and both are as the scenario says. */
export function isEqual({ fresh, restored }: Compared): boolean {
  return verdictOf(fresh) === verdictOf(restored);
}

export function renderComparison(rows: readonly Compared[], all: number): string {
  const equal = rows.filter(isEqual).length;
  const byScenario = [...Map.groupBy(rows, ({ scenario }) => scenario)];
  const different = rows.filter((row) => !isEqual(row));
  return [
    '# Verdicts on fresh and on restored clusters',
    '',
    `Printed by \`npm run verify:restored\`: of ${all} rows of [verification.json](verification.json), ${rows.length} ran on a cluster made from`,
    `nothing and, by [restored.json](restored.json), on one restored from a golden state, too: ${equal} verdicts equal, ${rows.length - equal} different.`,
    '',
    '| scenario | rows | equal |',
    '| --- | ---: | ---: |',
    // No seconds: the two may have run on different machines, see npm run bench for those.
    ...byScenario.map(([scenario, own]) => `| ${scenario} | ${own.length} | ${own.filter(isEqual).length} |`),
    '',
    ...different.flatMap(({ scenario, name, fresh, restored }) => [
      `* ${scenario}, ${name}: ${fresh.failed.join(', ') || 'none failed'} on a fresh one, ${restored.failed.join(', ') || 'none failed'} on a restored one`,
    ]),
    ...(different.length === 0 ? [] : ['']),
  ].join('\n');
}

if (import.meta.main) {
  const read = async (name: string) =>
    JSON.parse(await readFile(join(checkout, 'docs', name), 'utf8')) as VerificationReport;
  const fresh = await read('verification.json');
  const rows = pairRows(fresh, await read('restored.json'));
  const text = renderComparison(
    rows,
    fresh.scenarios.reduce((sum, { runs }) => sum + runs.length, 0),
  );
  process.stdout.write(text);
  await writeFile(join(checkout, 'docs', 'restored-verdicts.md'), text);
  process.exit(rows.every(isEqual) ? 0 : 1);
}
