import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { KubewrightError } from '../domain/errors.ts';
import { type ProofRun, type ScenarioProof, verifyScenario } from '../drill/verify.ts';
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
  const { engine, nodeImage } = kubewright().in(flags.scenarios);
  if (ids.length === 0 && flags.all !== true) {
    throw new KubewrightError('USAGE', 'verify needs scenarios, or --all', {
      remedy: 'Run "kubewright verify --all", or name scenarios of "kubewright list".',
    });
  }
  const names = flags.all === true ? (await engine.scenarios()).map(({ id }) => id) : ids;
  const scenarios = await Promise.all(names.map((id) => engine.load(id)));
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
    if (flags.json !== undefined) await writeReport(flags.json, report());
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

async function writeReport(path: string, report: VerificationReport): Promise<void> {
  await mkdir(dirname(resolve(path)), { recursive: true });
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
}

async function currentCommit(): Promise<string> {
  const result = await systemExec.run(['git', 'rev-parse', 'HEAD'], { cwd: installationRoot() }).catch(() => undefined);
  return result?.exitCode === 0 ? result.stdout.trim() : 'unknown';
}
