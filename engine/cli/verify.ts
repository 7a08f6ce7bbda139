import { readFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { readReference, writeReference } from '../debrief/reference.ts';
import { KubewrightError } from '../domain/errors.ts';
import { inputsOf, inputsOfSolution } from '../drill/procedures.ts';
import type { ProofRun, ScenarioProof } from '../drill/proof.ts';
import { verifyScenarios } from '../drill/verify.ts';
import { lintScenario } from '../scenario/lint.ts';
import { formatProblem } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { systemClock } from '../system/clock.ts';
import { mustSucceed, systemExec } from '../system/exec.ts';
import { installationRoot } from '../system/paths.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { makeReport, readReport, writeJunit, writeReport } from './verification-report.ts';

export interface VerifyFlags {
  readonly all?: boolean;
  readonly changed?: string;
  readonly procedure?: string;
  readonly jobs?: number;
  readonly resume?: boolean;
  readonly json?: string;
  readonly junit?: string;
  readonly draw?: string;
  readonly onlySolution?: boolean;
  readonly references?: string;
  readonly scenarios?: string;
  readonly golden?: boolean;
}

/** Proves scenarios on real clusters. Exit code 0 only when every row is as it should be. */
export async function verify(
  { kubewright, output, signal }: CommandContext,
  ids: readonly string[],
  flags: VerifyFlags,
): Promise<number> {
  const { engine, nodeImage, records, scenarios: place } = kubewright().in(flags.scenarios);
  const load = async (names: readonly string[]) => Promise.all(names.map((id) => engine.load(id)));
  const everything = async () => load((await engine.scenarios()).map(({ id }) => id));
  if (ids.length === 0 && flags.all !== true && flags.changed === undefined) {
    throw new KubewrightError('USAGE', 'verify needs scenarios, --changed REV, or --all', {
      remedy: 'Run "kubewright verify --all", or name scenarios of "kubewright list".',
    });
  }
  const scenarios =
    flags.all === true
      ? await everything()
      : flags.changed === undefined
        ? await load(ids)
        : await changedSince(flags.changed, await everything());
  if (scenarios.length === 0 && flags.changed !== undefined) {
    output.say(`Nothing that a scenario's proof depends on has changed since ${flags.changed}.`);
    return exitCodes.ok;
  }
  if (scenarios.length === 0) {
    throw new KubewrightError('SCENARIO_UNKNOWN', 'there is no scenario to verify', {
      remedy: '"kubewright lint" says what is wrong with those that do not load.',
    });
  }
  const problems = scenarios.flatMap((scenario) => lintScenario(scenario, place.dependencies));
  if (problems.length > 0) throw new KubewrightError('SCENARIO_INVALID', problems.map(formatProblem).join('\n'));
  // Found out now, not after an hour of proving.
  const former = flags.json === undefined ? [] : await readReport(flags.json);
  const own = flags.procedure === undefined ? undefined : await readRunbook(flags.procedure);
  const write = async (proofs: readonly ScenarioProof[]) => {
    if (flags.json !== undefined)
      await writeReport(flags.json, makeReport(proofs, isProven(proofs), systemClock.now()));
    if (flags.junit !== undefined) await writeJunit(flags.junit, proofs);
  };
  const { references } = flags;
  const keepReference = async (folder: string, scenario: Scenario, session: string) => {
    const result = await records.resultOfSession(session);
    const debrief = result === undefined ? undefined : (await records.debrief(result.number)).debrief;
    if (debrief === undefined) {
      output.say(
        `… ${scenario.id}: nothing was kept of the reference procedure, see the journal of session ${session}`,
      );
    } else await writeReference(folder, { scenario: scenario.id, inputs: inputsOfSolution(scenario), debrief });
  };
  const unrecorded = references === undefined ? [] : await withoutReference(references, scenarios);
  const known = (scenario: Scenario) =>
    stillValid(former, scenario).filter(({ kind }) => kind !== 'solution' || !unrecorded.includes(scenario));
  const proofs = await verifyScenarios(engine, scenarios, {
    ...(references === undefined
      ? {}
      : { onSolved: (scenario: Scenario, session: string) => keepReference(references, scenario, session) }),
    ...(flags.draw === undefined ? {} : { drawBy: flags.draw }),
    ...(flags.onlySolution === undefined ? {} : { onlySolution: flags.onlySolution }),
    ...(own === undefined ? {} : { own }),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    ...(flags.resume === true ? { known } : {}),
    golden: flags.golden === true ? 'make' : 'never',
    commit: await currentCommit(),
    nodeImage,
    clock: systemClock,
    signal,
    say: (line) => output.say(`… ${line}`),
    onRun: async (id, run, soFar) => {
      output.line(row(id, run));
      await write(soFar.filter(({ runs }) => runs.length > 0));
    },
  });
  await write(proofs);
  const ok = isProven(proofs);
  output.say(ok ? 'Every row is as it should be.' : 'Not every row is as it should be.');
  return ok ? exitCodes.ok : exitCodes.no;
}

function isProven(proofs: readonly ScenarioProof[]): boolean {
  return proofs.every(({ runs }) => runs.length > 0 && runs.every((run) => run.asExpected));
}

/** Rows of an earlier run that were as expected, on exactly the files that there are now. */
function stillValid(former: readonly ScenarioProof[], scenario: Scenario): readonly ProofRun[] {
  const runs = former.find(({ id }) => id === scenario.id)?.runs ?? [];
  return runs.filter((run) => run.asExpected && run.inputs === inputsOf(scenario, run));
}

/** Scenarios whose reference procedure was never recorded, or was another one then: its row is run for the record. */
async function withoutReference(folder: string, scenarios: readonly Scenario[]): Promise<Scenario[]> {
  const recorded = await Promise.all(scenarios.map(async ({ id }) => (await readReference(folder, id))?.inputs));
  return scenarios.filter((scenario, index) => recorded[index] !== inputsOfSolution(scenario));
}

function row(id: string, run: ProofRun): string {
  const failed = run.failed.length === 0 ? '' : `  failed: ${run.failed.join(', ')}`;
  const why = run.why === undefined ? '' : `\n    ${run.why}`;
  return `${run.asExpected ? '✔' : '✘'} ${id}  ${run.kind} ${run.name}  ${run.seconds} s${failed}${why}`;
}

async function readRunbook(path: string): Promise<{ name: string; text: string }> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new KubewrightError('USAGE', `the procedure ${path} cannot be read`, {
      remedy: 'Name a shell script; it is run on the student host with the environment of the scenario.',
      cause: error,
    });
  });
  if (text.startsWith('#!')) return { name: basename(path).replace(/\.sh$/, ''), text };
  throw new KubewrightError('USAGE', `the procedure ${path} does not begin with "#!"`, {
    remedy: 'Name a shell script that begins with "#!/bin/bash".',
  });
}

/** Scenarios whose folder, or the source of a kind they use, differs from that revision in the working tree. */
async function changedSince(revision: string, scenarios: readonly Scenario[]): Promise<Scenario[]> {
  const root = installationRoot();
  const git = async (...argv: string[]) =>
    (await mustSucceed(systemExec, ['git', ...argv], { cwd: root })).stdout.split('\0').filter((name) => name !== '');
  const known = await systemExec.run(['git', 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
    cwd: root,
  });
  if (known.exitCode !== 0) {
    throw new KubewrightError('USAGE', `"${revision}" is no commit of this checkout`, {
      remedy: 'Name a branch, a tag or a commit; a shallow clone may not have it.',
    });
  }
  const changed = new Set([
    ...(await git('diff', '--name-only', '-z', revision)),
    ...(await git('ls-files', '--others', '--exclude-standard', '-z')),
  ]);
  return scenarios.filter((scenario) => {
    const folder = `${relative(root, scenario.folder)}/`;
    return [...changed].some((name) => name.startsWith(folder) || scenario.sources.includes(name));
  });
}

async function currentCommit(): Promise<string> {
  const result = await systemExec.run(['git', 'rev-parse', 'HEAD'], { cwd: installationRoot() }).catch(() => undefined);
  return result?.exitCode === 0 ? result.stdout.trim() : 'unknown';
}
