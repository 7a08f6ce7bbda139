/** What the exam sees (objective) and how an operator must work (safeguard). */
export type CheckRole = 'objective' | 'safeguard';
/** converge: true within a time; assert: true now; hold: never false during the drill. */
export type CheckMode = 'converge' | 'assert' | 'hold';
/** errored: the check could not read its subject. It never scores and is never the learner's fault. */
export type CheckOutcome = 'passed' | 'failed' | 'errored';
export type VerdictWord = 'passed' | 'failed' | 'inconclusive';

/** What a check kind found: expected and found are shown to the learner, meaning says what it is worth in operations. */
export interface CheckFinding {
  readonly result: CheckOutcome;
  readonly expected: string;
  readonly found: string;
  readonly meaning: string;
  /** errored, because it failed only with what was lost while others starved the machine. */
  readonly starved?: true;
}

export interface CheckResult extends CheckFinding {
  readonly id: string;
  readonly task: string;
  readonly role: CheckRole;
  readonly mode: CheckMode;
}

export interface Verdict {
  /** Objectives only, as the exam would see the end state. */
  readonly exam: VerdictWord;
  /** Objectives and safeguards, as an operations team would see the work. */
  readonly operations: VerdictWord;
  readonly checks: readonly CheckResult[];
}

/** Judges a set of results. No results at all is inconclusive: nothing was proven. */
export function judge(checks: readonly CheckResult[]): Verdict {
  return {
    exam: word(checks.filter((check) => check.role === 'objective')),
    operations: word(checks),
    checks,
  };
}

function word(checks: readonly CheckResult[]): VerdictWord {
  // An errored check makes the whole drill inconclusive even beside a failed one: what could not be read might have
  // been the reason for what was read (design: a drill with an errored check is inconclusive).
  if (checks.length === 0 || checks.some((check) => check.result === 'errored')) return 'inconclusive';
  return checks.every((check) => check.result === 'passed') ? 'passed' : 'failed';
}
