import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerificationReport } from '../engine/cli/verification-report.ts';
import type { ProofRun } from '../engine/drill/proof.ts';
import { checkout } from './real/command-line.ts';

/** docs/verification.json for people: a table a scenario, a line a procedure. Written by "npm run verify:all". */
export function renderTable({ date, host, scenarios }: VerificationReport): string {
  const rows = scenarios.reduce((sum, { runs }) => sum + runs.length, 0);
  const hours = scenarios.flatMap(({ runs }) => runs).reduce((sum, run) => sum + run.seconds, 0) / 3_600;
  return [
    '# What was proven',
    '',
    `Generated from [verification.json](verification.json): ${scenarios.length} scenarios, ${rows} rows, ${hours.toFixed(1)} hours of`,
    `real clusters on ${host.cores} cores and ${host.memoryGiB} GiB (${host.platform}), last written on ${date.slice(0, 10)}.`,
    `Every procedure ran on a cluster of its own${origins(scenarios.flatMap(({ runs }) => runs))}.`,
    '',
    ...scenarios.flatMap(({ id, versions, runs }) => [
      `## ${id}`,
      '',
      `Kubernetes ${versions.from}${versions.to === undefined ? '' : ` to ${versions.to}`}`,
      '',
      '| procedure | as expected | checks that failed | seconds |',
      '| --- | --- | --- | ---: |',
      ...runs.map(line),
      '',
    ]),
  ].join('\n');
}

/** A restored cluster is one that kind made, brought to rest and started again: the reader is told where that was done. */
function origins(runs: readonly ProofRun[]): string {
  const restored = runs.filter((run) => run.restored === true).length;
  return restored === 0
    ? ''
    : `; ${restored} of the rows come from clusters that were restored from a golden state (marked *)`;
}

function line({ kind, name, asExpected, failed, seconds, restored }: ProofRun): string {
  const what = kind === name ? kind : `${kind}: ${name}`;
  return `| ${what}${restored === true ? ' *' : ''} | ${asExpected ? 'yes' : '**no**'} | ${failed.join(', ') || 'none'} | ${seconds.toFixed(1)} |`;
}

export const tablePath = join(checkout, 'docs', 'verification.md');

if (import.meta.main) {
  const text = await readFile(join(checkout, 'docs', 'verification.json'), 'utf8');
  await writeFile(tablePath, renderTable(JSON.parse(text) as VerificationReport));
}
