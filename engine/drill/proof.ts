import type { CheckResult } from '../domain/verdict.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** own: a team's own runbook, judged in place of the scenario's procedures. */
export type RunKind = 'healthy' | 'broken' | 'solution' | 'alternative' | 'wrong' | 'own';

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
  /** On a cluster that was restored from a golden state; missing: on one made from nothing. */
  readonly restored?: true;
  /** It could not be judged, because others starved the machine. */
  readonly starved?: true;
  /** Why it was not as expected. */
  readonly why?: string;
}

export interface ScenarioProof {
  readonly id: string;
  readonly versions: Scenario['versions'];
  readonly runs: readonly ProofRun[];
}

/** What came of one procedure, before it is known where and on what it ran. */
export type Outcome = Pick<ProofRun, 'asExpected' | 'failed' | 'seconds' | 'why' | 'restored' | 'starved'>;

/** Exactly the named checks fail, nothing is errored; a right procedure ends with 0 and passes a second look. */
export function compare(
  checks: readonly CheckResult[],
  fails: readonly string[],
  exitCode: number,
  second: readonly CheckResult[] | undefined,
): Omit<Outcome, 'seconds'> {
  const failed = failedIds(checks);
  const errored = [...checks, ...(second ?? [])].filter((check) => check.result === 'errored');
  const unread = Map.groupBy(errored, (check) => check.id);
  const again = failedIds(second ?? []);
  const missing = fails.filter((id) => !failed.includes(id));
  const surplus = failed.filter((id) => !fails.includes(id));
  const reasons = [
    ...unread.values().map(([check]) => `${check?.id} errored: ${check?.found}`),
    ...missing.map((id) => `${id} should have failed and did not`),
    ...surplus.map((id) => `${id} should not have failed: ${checks.find((check) => check.id === id)?.found}`),
    ...again.filter((id) => !failed.includes(id)).map((id) => `${id} failed at the second look`),
    ...(fails.length === 0 && exitCode !== 0 ? [`the procedure ended with exit code ${exitCode}`] : []),
  ];
  return {
    asExpected: reasons.length === 0,
    failed,
    ...(errored.some((check) => check.starved) ? { starved: true } : {}),
    ...(reasons.length === 0 ? {} : { why: reasons.join('; ') }),
  };
}

export function failedIds(checks: readonly CheckResult[]): string[] {
  return checks.filter((check) => check.result === 'failed').map((check) => check.id);
}
