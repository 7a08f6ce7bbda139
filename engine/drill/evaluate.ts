import type { CheckContext, CheckDefinition } from '../checks/check.ts';
import type { CheckFinding, CheckMode, CheckResult, CheckRole } from '../domain/verdict.ts';
import type { Cluster } from '../providers/provider.ts';
import type { Clock } from '../system/clock.ts';
import { type Fed, starvedFinding, withoutStarvation } from './starved.ts';

/** A check of a scenario with its variables filled in. */
export interface PlannedCheck {
  readonly id: string;
  readonly task: string;
  readonly kind: string;
  readonly role: CheckRole;
  readonly mode: CheckMode;
  /** For converge: how long after Submit it may take, milliseconds. */
  readonly withinMs: number;
  readonly spec: unknown;
}

export interface Round {
  readonly cluster: Cluster;
  readonly definitions: Readonly<Record<string, CheckDefinition<unknown>>>;
  readonly clock: Clock;
  /** Wall clock milliseconds; see CheckContext. */
  readonly since: number;
  readonly until: number;
  readonly happened: Readonly<Record<string, number>>;
  /** Ends the looking. */
  readonly signal?: AbortSignal | undefined;
  /** Gets a line for each thing that is waited for. */
  readonly progress?: ((line: string) => void) | undefined;
}

/** A check that hangs is errored, it does not hang the drill. */
const checkDeadlineMs = 45_000;
const pollEveryMs = 1_000;

/** One look at every check, side by side. A check that cannot read its subject is errored, never failed. */
export async function evaluateChecks(checks: readonly PlannedCheck[], round: Round): Promise<CheckResult[]> {
  const timeline = once(() => round.cluster.witness.timeline());
  const fed = once(async () => withoutStarvation(await timeline(), round));
  const context: CheckContext = {
    kube: round.cluster.kube,
    machine: (name) => round.cluster.machine(name),
    timeline,
    since: round.since,
    until: round.until,
    happened: round.happened,
  };
  const results = await Promise.all(checks.map((check) => evaluateCheck(check, context, fed, round)));
  // What was cut off looks like errored; an interruption must not be taken for a result.
  round.signal?.throwIfAborted();
  return results;
}

/**
 * The final look: a converge check that does not hold yet is looked at again until its time is over; the others are
 * looked at once. The result of each is its last one.
 */
export async function evaluateFinally(checks: readonly PlannedCheck[], round: Round): Promise<CheckResult[]> {
  const startedAt = round.clock.monotonic();
  let said = '';
  round.progress?.('looking at the checks');
  const results = new Map((await evaluateChecks(checks, round)).map((result) => [result.id, result]));
  for (;;) {
    const spentMs = round.clock.monotonic() - startedAt;
    const open = checks.filter(
      (check) => check.mode === 'converge' && results.get(check.id)?.result !== 'passed' && spentMs < check.withinMs,
    );
    if (open.length === 0) break;
    const seconds = Math.max(...open.map(({ withinMs }) => withinMs)) / 1000;
    const next = `not there yet, looked at again, for ${seconds} s in all: ${open.map(({ id }) => id).join(', ')}`;
    if (next !== said) round.progress?.(next);
    said = next;
    await round.clock.sleep(pollEveryMs, round.signal);
    // The window of what is judged ends at Submit; only what converges goes on being looked at.
    for (const result of await evaluateChecks(open, { ...round, until: round.clock.now() }))
      results.set(result.id, result);
  }
  return checks.map((check) => results.get(check.id)).filter((result) => result !== undefined);
}

async function evaluateCheck(
  check: PlannedCheck,
  context: CheckContext,
  fed: () => Promise<Fed | undefined>,
  round: Round,
): Promise<CheckResult> {
  const head = { id: check.id, task: check.task, role: check.role, mode: check.mode };
  const deadline = new AbortController();
  const over = round.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, round.signal]);
  try {
    const definition = round.definitions[check.kind];
    if (definition === undefined) throw new Error(`there is no check kind "${check.kind}"`);
    const finding = await Promise.race([
      judgeFed(definition, check, context, fed),
      round.clock
        .sleep(checkDeadlineMs, over)
        .then((): CheckFinding => unread(`it did not answer within ${checkDeadlineMs / 1000} s`)),
    ]);
    return { ...head, ...finding };
  } catch (error) {
    return { ...head, ...unread(error instanceof Error ? error.message : String(error)) };
  } finally {
    deadline.abort();
  }
}

/** The check's finding; one that fails by the record, and only by what a starved machine left in it, is errored. */
async function judgeFed(
  definition: CheckDefinition<unknown>,
  { spec, mode }: PlannedCheck,
  context: CheckContext,
  fed: () => Promise<Fed | undefined>,
): Promise<CheckFinding> {
  let byRecord = false;
  const timeline = async () => {
    const events = await context.timeline();
    byRecord = true;
    return events;
  };
  const finding = await definition.evaluate({ ...context, timeline }, spec, mode);
  const without = finding.result === 'failed' && byRecord ? await fed() : undefined;
  if (without === undefined) return finding;
  const again = await definition.evaluate({ ...context, timeline: async () => without.timeline }, spec, mode);
  return again.result === 'failed' ? finding : starvedFinding(finding, without.hunger);
}

function unread(reason: string): CheckFinding {
  return {
    result: 'errored',
    expected: 'to be able to look',
    found: `could not look: ${reason}`,
    meaning: 'This says nothing about your work. The drill is inconclusive until the check can read its subject again.',
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
