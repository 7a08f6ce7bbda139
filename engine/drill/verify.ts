import { createHash } from 'node:crypto';
import { isKubewrightError } from '../domain/errors.ts';
import type { CheckResult } from '../domain/verdict.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Clock } from '../system/clock.ts';
import type { Drills, Procedure } from './drills.ts';

export type RunKind = 'healthy' | 'broken' | 'solution' | 'alternative' | 'wrong';

/** One row of the proof of a scenario. */
export interface ProofRun {
  readonly kind: RunKind;
  readonly name: string;
  readonly asExpected: boolean;
  /** Ids of the checks that failed. */
  readonly failed: readonly string[];
  readonly seconds: number;
  readonly commit: string;
  readonly nodeImage: string;
  readonly inputs: string;
  /** Why it was not as expected. */
  readonly why?: string;
}

export interface ScenarioProof {
  readonly id: string;
  readonly versions: Scenario['versions'];
  readonly runs: readonly ProofRun[];
}

export interface VerifyOptions {
  /** With a seed, one wrong procedure a scenario is drawn by it instead of running all of them and the alternatives. */
  readonly drawBy?: string;
  readonly commit: string;
  readonly nodeImage: (minor: string) => Promise<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRun?: (scenario: string, run: ProofRun) => void;
  readonly say: (line: string) => void;
}

/**
 * Proves a scenario on real clusters, a fresh one for each procedure: healthy, broken, solution (checked twice), every
 * alternative, every wrong procedure with exactly the named checks failing. The rows healthy and broken come from the
 * solution's cluster. A fault that did not take hold ends it there: the rest would prove nothing.
 */
export async function verifyScenario(
  drills: Drills,
  scenario: Scenario,
  options: VerifyOptions,
): Promise<ScenarioProof> {
  const runs: ProofRun[] = [];
  const nodeImage = await options.nodeImage(scenario.versions.from);
  const add = (run: Pick<ProofRun, 'kind' | 'name' | 'asExpected' | 'failed' | 'seconds'> & { why?: string }) => {
    const row = { ...run, commit: options.commit, nodeImage, inputs: scenario.inputs };
    runs.push(row);
    options.onRun?.(scenario.id, row);
  };
  for (const [kind, name, procedure, fails] of procedures(scenario, options.drawBy)) {
    options.say(`${scenario.id}: ${kind} ${name}`);
    const outcome = await runProcedure(drills, scenario, procedure, fails, options);
    if (kind === 'solution') {
      add({ kind: 'healthy', name: 'healthy', ...outcome.healthy });
      if (outcome.healthy.asExpected) add({ kind: 'broken', name: 'broken', ...outcome.broken });
    }
    if (outcome.result === undefined) {
      if (kind !== 'solution')
        add({
          kind,
          name,
          asExpected: false,
          failed: [],
          seconds: outcome.broken.seconds,
          why: outcome.broken.why ?? 'the drill did not start',
        });
      if (kind === 'solution') break;
      continue;
    }
    add({ kind, name, ...outcome.result });
  }
  return { id: scenario.id, versions: scenario.versions, runs };
}

function procedures(scenario: Scenario, seed: string | undefined): [RunKind, string, Procedure, readonly string[]][] {
  const wrong = scenario.wrong.map(({ name, fails }): [RunKind, string, Procedure, readonly string[]] => [
    'wrong',
    name,
    { wrong: name },
    fails,
  ]);
  const solution: [RunKind, string, Procedure, readonly string[]] = ['solution', 'solution', 'solution', []];
  if (seed !== undefined) {
    const drawn = wrong[createHash('sha256').update(`${seed} ${scenario.id}`).digest().readUInt32BE() % wrong.length];
    return drawn === undefined ? [solution] : [solution, drawn];
  }
  const right = scenario.alsoRight.map(({ name }): [RunKind, string, Procedure, readonly string[]] => [
    'alternative',
    name,
    { alternative: name },
    [],
  ]);
  return [solution, ...right, ...wrong];
}

interface Row {
  readonly asExpected: boolean;
  readonly failed: readonly string[];
  readonly seconds: number;
  readonly why?: string;
}

async function runProcedure(
  drills: Drills,
  scenario: Scenario,
  procedure: Procedure,
  fails: readonly string[],
  { clock, signal }: VerifyOptions,
): Promise<{ healthy: Row; broken: Row; result?: Row }> {
  const startedAt = clock.monotonic();
  const seconds = () => Math.round((clock.monotonic() - startedAt) / 100) / 10;
  let session = '';
  try {
    await drills.start(scenario.id, { signal, onSession: (id) => (session = id) });
  } catch (error) {
    // Without a session there is no row to judge: the environment said no.
    if (signal.aborted || session === '') throw error;
    const why = error instanceof Error ? error.message : String(error);
    const proof = drills.proof(session);
    const row = { asExpected: false, failed: failedIds(proof.broken ?? proof.healthy ?? []), seconds: seconds(), why };
    await drills.stop(session);
    const faultMissing = isKubewrightError(error) && error.code === 'FAULT_NOT_PROVEN';
    return { healthy: faultMissing ? asExpected(seconds()) : row, broken: row };
  }
  const ready = asExpected(seconds());
  const broken = { ...ready, failed: failedIds(drills.proof(session).broken ?? []) };
  const startedSolving = clock.monotonic();
  const spent = () => Math.round((clock.monotonic() - startedSolving) / 100) / 10;
  try {
    const script = await drills.solve(session, { script: procedure, signal });
    const verdict = await drills.finish(session, { signal });
    const second = fails.length === 0 ? await drills.lookAgain(session) : undefined;
    const result = compare(verdict.checks, fails, script.exitCode, second?.checks);
    return { healthy: ready, broken, result: { ...result, seconds: spent() } };
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { healthy: ready, broken, result: { asExpected: false, failed: [], seconds: spent(), why } };
  } finally {
    await drills.stop(session);
  }
}

/** Exactly the named checks fail, nothing is errored; a right procedure ends with 0 and passes a second look. */
export function compare(
  checks: readonly CheckResult[],
  fails: readonly string[],
  exitCode: number,
  second: readonly CheckResult[] | undefined,
): Omit<Row, 'seconds'> {
  const failed = failedIds(checks);
  const errored = [...checks, ...(second ?? [])].filter((check) => check.result === 'errored');
  const again = failedIds(second ?? []);
  const missing = fails.filter((id) => !failed.includes(id));
  const surplus = failed.filter((id) => !fails.includes(id));
  const reasons = [
    ...errored.map((check) => `${check.id} errored: ${check.found}`),
    ...missing.map((id) => `${id} should have failed and did not`),
    ...surplus.map((id) => `${id} should not have failed: ${checks.find((check) => check.id === id)?.found}`),
    ...again.filter((id) => !failed.includes(id)).map((id) => `${id} failed at the second look`),
    ...(fails.length === 0 && exitCode !== 0 ? [`the procedure ended with exit code ${exitCode}`] : []),
  ];
  return { asExpected: reasons.length === 0, failed, ...(reasons.length === 0 ? {} : { why: reasons.join('; ') }) };
}

function asExpected(seconds: number): Row {
  return { asExpected: true, failed: [], seconds };
}

function failedIds(checks: readonly CheckResult[]): string[] {
  return checks.filter((check) => check.result === 'failed').map((check) => check.id);
}
