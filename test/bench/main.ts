import { access, constants, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemExec } from '../../engine/system/exec.ts';
import { type Bench, type Measurement, round, type Spread, spread, turnsOf } from './bench.ts';
import { checks } from './checks.ts';
import { clusterReady } from './cluster-ready.ts';
import { dozing } from './dozing.ts';
import { firstPage } from './first-page.ts';
import { renderGoals } from './goals.ts';
import { hostileFiles } from './hostile-files.ts';
import { isolation } from './isolation.ts';
import { killNine } from './kill-nine.ts';
import { lifecycle } from './lifecycle.ts';
import { drawReport } from './picture.ts';
import { inWords, picturePath, type Report, type Row, readReport, reportPath } from './report.ts';
import { resets } from './resets.ts';
import { restores } from './restores.ts';
import { terminal } from './terminal.ts';
import { turnsGreen } from './turns-green.ts';
import { verifyFive } from './verify-five.ts';

/**
 * npm run bench [-- NAME… --rounds N --minutes N --to FILE]: measures, prints a table and puts the rows of the benches that
 * ran into docs/bench.json, or into another report; rows of the others stay. When so many minutes of a bench have passed,
 * none of its rounds begins any more: the samples are as many as there were.
 */
const benches: readonly Bench[] = [
  clusterReady,
  restores,
  resets,
  verifyFive,
  firstPage,
  terminal,
  checks,
  turnsGreen,
  dozing,
  killNine,
  isolation,
  hostileFiles,
  lifecycle,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ rounds: { type: 'string', default: '3' }, minutes: { type: 'string', default: '600' } },
    to: { type: 'string', default: reportPath },
  },
});
const rounds = Number(values.rounds);
const minutes = Number(values.minutes);
const to = resolve(values.to);
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !(minutes > 0)) {
  process.stderr.write(
    `usage: npm run bench [-- NAME… --rounds N --minutes N --to FILE]; benches: ${benches.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
// Before hours of measuring, not after them.
await access(dirname(to), constants.W_OK).catch(() => {
  process.stderr.write(`the report cannot be written: there is no folder ${dirname(to)} that can be written to\n`);
  process.exit(2);
});
await readReport(to).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(2);
});
const say = (line: string) => void process.stderr.write(`${line}\n`);
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Here, since a bench that takes no notice of it ends as if nothing had happened.
    process.exitCode = 130;
    interruption.abort(new Error(name));
  });
}

const chosen = benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const rows: Row[] = [];
for (const bench of chosen) {
  if (interruption.signal.aborted) break;
  say(`${bench.name}: ${bench.about}`);
  const found = reportRows(bench, await measured(bench));
  rows.push(...found);
  for (const row of found) process.stdout.write(`${inLine(row)}\n`);
  // After each of them: what an hour has measured must outlive an interruption of the next hour.
  if (found.length > 0) await keep(found);
}
for (const line of renderGoals(rows)) process.stdout.write(`${line}\n`);
// Lives that were killed have left timers and promises that nobody settles.
process.exit();

function reportRows(bench: Bench, measurements: readonly Measurement[]): Row[] {
  return measurements.map(({ name, unit, ours, baseline }) => {
    const [own, other] = [spread(ours), baseline === undefined ? undefined : spread(baseline)];
    return {
      ...{ bench: bench.name, name, unit, date: new Date().toISOString(), ours: own },
      ...(other === undefined ? {} : { baseline: other, ratio: round(other.median / own.median) }),
    };
  });
}

function inLine({ name, unit, ours, baseline, ratio }: Row): string {
  const words = (it: Spread) => `${it.median} ${unit} (${it.min}-${it.max}, n=${it.n})`;
  const compared =
    baseline === undefined || ratio === undefined ? '' : `  against ${words(baseline)}: ${inWords(ratio)}`;
  return `${name}: ${words(ours)}${compared}`;
}

/** Puts one bench's rows into the report and draws it anew; read each time, since another run may have written meanwhile. */
async function keep(found: readonly Row[]): Promise<void> {
  const former = await readReport(to);
  // Those of a bench that failed stay, too.
  const others = former.rows.filter((row) => !found.some(({ bench }) => bench === row.bench));
  const inOrder = [...others, ...found].toSorted((a, b) => orderOf(a) - orderOf(b));
  const report: Report = { date: new Date().toISOString(), host: await host(), rows: inOrder };
  await writeFile(to, `${JSON.stringify(report, undefined, 2)}\n`);
  if (to === reportPath) await writeFile(picturePath, drawReport(report));
}

/** As they are listed above; stable, so that the rows of one bench keep theirs. */
function orderOf({ bench }: Row): number {
  return benches.findIndex(({ name }) => name === bench);
}

/** What one bench finds wrong, or an interruption of it, must not cost the figures of the others. */
async function measured(bench: Bench): Promise<readonly Measurement[]> {
  try {
    return await bench.run({ rounds, turns: () => turnsOf(rounds, minutes), say, signal: interruption.signal });
  } catch (error) {
    const outcome = interruption.signal.aborted ? 'was interrupted' : 'failed';
    say(`${bench.name} ${outcome}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode ??= 1;
    return [];
  }
}

/** The load is part of the result: on a machine that others use, too, only figures of the same round compare. */
async function host(): Promise<Record<string, unknown>> {
  const engine = await systemExec.run(['docker', 'version', '--format', '{{.Server.Version}}']);
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    engine: engine.stdout.trim(),
    load: loadavg().map(round),
  };
}
