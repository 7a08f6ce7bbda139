import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { KubewrightError } from '../domain/errors.ts';
import { type ProofRun, type ScenarioProof, verifyScenario } from '../drill/verify.ts';
import { lintScenario } from '../scenario/lint.ts';
import { formatProblem } from '../scenario/problem.ts';
import { systemClock } from '../system/clock.ts';
import { systemExec } from '../system/exec.ts';
import { installationRoot } from '../system/paths.ts';
import { type CommandContext, exitCodes } from './command.ts';

export interface VerifyFlags {
  readonly all?: boolean;
  readonly json?: string;
  readonly draw?: string;
  readonly scenarios?: string;
}

export interface VerificationReport {
  readonly date: string;
  readonly host: { readonly cores: number; readonly memoryGiB: number; readonly platform: string };
  readonly ok: boolean;
  readonly scenarios: readonly ScenarioProof[];
}

/** Proves scenarios on real clusters. Exit code 0 only when every row is as it should be. */
export async function verify(
  { kubewright, output, signal }: CommandContext,
  ids: readonly string[],
  flags: VerifyFlags,
): Promise<number> {
  const { engine, nodeImage, scenarios: place } = kubewright().in(flags.scenarios);
  if (ids.length === 0 && flags.all !== true) {
    throw new KubewrightError('USAGE', 'verify needs scenarios, or --all', {
      remedy: 'Run "kubewright verify --all", or name scenarios of "kubewright list".',
    });
  }
  const names = flags.all === true ? (await engine.scenarios()).map(({ id }) => id) : ids;
  if (names.length === 0) {
    throw new KubewrightError('SCENARIO_UNKNOWN', 'there is no scenario to verify', {
      remedy: '"kubewright lint" says what is wrong with those that do not load.',
    });
  }
  const scenarios = await Promise.all(names.map((id) => engine.load(id)));
  const problems = scenarios.flatMap((scenario) => lintScenario(scenario, place.dependencies));
  if (problems.length > 0) throw new KubewrightError('SCENARIO_INVALID', problems.map(formatProblem).join('\n'));
  // Found out now, not after an hour of proving.
  if (flags.json !== undefined) await readReport(flags.json);
  const commit = await currentCommit();
  const proofs: ScenarioProof[] = [];
  const report = (): VerificationReport => ({
    date: new Date(systemClock.now()).toISOString(),
    host: {
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    ok: proofs.length === scenarios.length && proofs.every((proof) => proof.runs.every((run) => run.asExpected)),
    scenarios: proofs,
  });
  for (const scenario of scenarios) {
    proofs.push(
      await verifyScenario(engine, scenario, {
        ...(flags.draw === undefined ? {} : { drawBy: flags.draw }),
        commit,
        nodeImage,
        clock: systemClock,
        signal,
        say: (line) => output.say(`… ${line}`),
        onRun: (id, run) => output.line(row(id, run)),
      }),
    );
    // Written after each scenario: an interruption loses nothing that was proven.
    if (flags.json !== undefined) await writeReport(flags.json, report(), names);
  }
  const { ok } = report();
  output.say(ok ? 'Every row is as it should be.' : 'Not every row is as it should be.');
  return ok ? exitCodes.ok : exitCodes.no;
}

function row(id: string, run: ProofRun): string {
  const failed = run.failed.length === 0 ? '' : `  failed: ${run.failed.join(', ')}`;
  const why = run.why === undefined ? '' : `\n    ${run.why}`;
  return `${run.asExpected ? '✔' : '✘'} ${id}  ${run.kind} ${run.name}  ${run.seconds} s${failed}${why}`;
}

/** Rows of scenarios that this run is not about stay in the file as they are. */
async function writeReport(path: string, report: VerificationReport, names: readonly string[]): Promise<void> {
  const others = (await readReport(path)).filter((proof) => !names.includes(proof.id));
  const scenarios = [...others, ...report.scenarios].sort((a, b) => a.id.localeCompare(b.id));
  const ok = report.ok && others.every((proof) => proof.runs.every((run) => run.asExpected));
  await mkdir(dirname(resolve(path)), { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...report, ok, scenarios }, undefined, 2)}\n`);
}

async function readReport(path: string): Promise<readonly ScenarioProof[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as VerificationReport).scenarios;
  } catch {
    throw new KubewrightError('USAGE', `${path} is there and is no verification report`, {
      remedy: 'Name another file, or remove this one.',
    });
  }
}

async function currentCommit(): Promise<string> {
  const result = await systemExec.run(['git', 'rev-parse', 'HEAD'], { cwd: installationRoot() }).catch(() => undefined);
  return result?.exitCode === 0 ? result.stdout.trim() : 'unknown';
}
