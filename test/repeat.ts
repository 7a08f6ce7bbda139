import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readReport } from '../engine/cli/verification-report.ts';
import type { ProofRun } from '../engine/drill/proof.ts';
import { systemExec } from '../engine/system/exec.ts';
import { checkout, program } from './real/command-line.ts';

/**
 * How steady verdicts are: the solution and one wrong procedure (always the same one) of each scenario named, again and
 * again, each on a cluster of its own. Prints a table, writes it to docs/repeats.md, and ends with 1 when any two verdicts
 * differ. With --keep the rounds' reports stay in that folder, and what is in them already is not run again.
 */
export interface Repeated {
  readonly scenario: string;
  readonly name: string;
  readonly runs: readonly ProofRun[];
}

/** Equal for runs that were judged alike. */
export function verdictOf({ asExpected, failed }: ProofRun): string {
  return `${asExpected} ${failed.toSorted().join(' ')}`;
}

/** Whether all runs ended as expected, with the same checks failing. */
export function isSteady({ runs }: Repeated): boolean {
  const verdicts = new Set(runs.map(verdictOf));
  return verdicts.size === 1 && runs.every(({ asExpected }) => asExpected);
}

export function renderRepeats(rows: readonly Repeated[]): string {
  const total = rows.reduce((sum, { runs }) => sum + runs.length, 0);
  const steady = rows.filter(isSteady).reduce((sum, { runs }) => sum + runs.length, 0);
  return [
    '# How steady verdicts are',
    '',
    `Printed by \`npm run repeat\`: ${steady} of ${total} verdicts ${clusters(rows)} equal to the others of their row and as expected.`,
    '',
    '| scenario | procedure | runs | all equal | checks that failed | seconds min / median / max |',
    '| --- | --- | ---: | --- | --- | ---: |',
    ...rows.map((row) => {
      const seconds = row.runs.map((run) => run.seconds).toSorted((a, b) => a - b);
      const at = (share: number) => (seconds[Math.floor((seconds.length - 1) * share)] ?? 0).toFixed(1);
      const failed = [...new Set(row.runs.map((run) => run.failed.join(', ') || 'none'))].join(' / ');
      const equal = isSteady(row) ? 'yes' : '**no**';
      return `| ${row.scenario} | ${row.name} | ${row.runs.length} | ${equal} | ${failed} | ${at(0)} / ${at(0.5)} / ${at(1)} |`;
    }),
    '',
  ].join('\n');
}

/** How the clusters came about, as the reports say. */
function clusters(rows: readonly Repeated[]): string {
  const restored = new Set(rows.flatMap(({ runs }) => runs.map((run) => run.restored === true)));
  if (restored.size > 1) return 'on clusters made from nothing or restored from a golden state';
  return restored.has(true) ? 'on clusters restored from a golden state' : 'on clusters made from nothing';
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      times: { type: 'string', default: '10' },
      jobs: { type: 'string' },
      golden: { type: 'boolean', default: false },
      keep: { type: 'string' },
    },
  });
  if (positionals.length === 0) {
    process.stderr.write('npm run repeat -- [--times 10] [--jobs N] [--golden] [--keep FOLDER] <scenario>…\n');
    process.exit(2);
  }
  const folder = values.keep === undefined ? await mkdtemp(join(tmpdir(), 'kubewright-repeat-')) : resolve(values.keep);
  await mkdir(folder, { recursive: true });
  const rows = new Map<string, { scenario: string; name: string; runs: ProofRun[] }>();
  for (let round = 1; round <= Number(values.times); round += 1) {
    process.stderr.write(`round ${round} of ${values.times}\n`);
    const file = join(folder, `${round}.json`);
    // The seed is the same every time, and so is the wrong procedure that it draws.
    const argv = ['verify', ...positionals, '--draw', 'repeat', '--resume', '--json', file];
    if (values.jobs !== undefined) argv.push('--jobs', values.jobs);
    if (values.golden) argv.push('--golden');
    await systemExec.run([program, ...argv], {
      cwd: checkout,
      env: { KUBEWRIGHT_HOME: folder },
      onLine: (line) => process.stderr.write(`  ${line}\n`),
    });
    for (const { id, runs } of await readReport(file)) {
      for (const run of runs.filter(({ kind }) => kind === 'solution' || kind === 'wrong')) {
        const row = rows.get(`${id} ${run.name}`) ?? { scenario: id, name: run.name, runs: [] };
        row.runs.push(run);
        rows.set(`${id} ${run.name}`, row);
      }
    }
  }
  const repeated = [...rows.values()].toSorted((a, b) => a.scenario.localeCompare(b.scenario));
  const text = renderRepeats(repeated);
  process.stdout.write(text);
  await writeFile(join(checkout, 'docs', 'repeats.md'), text);
  if (values.keep === undefined) await rm(folder, { recursive: true });
  const whole =
    repeated.length === positionals.length * 2 && repeated.every(({ runs }) => runs.length === Number(values.times));
  if (!whole) process.stderr.write('some rounds have no verdict: see above\n');
  process.exit(whole && repeated.every(isSteady) ? 0 : 1);
}
