import { createHash } from 'node:crypto';
import { listTrials } from '../../engine/drill/procedures.ts';
import type { ScenarioProof } from '../../engine/drill/proof.ts';
import type { Scenario } from '../../engine/scenario/scenario.ts';

/** Seconds a scenario is thought to take that no report knows yet. */
const unknownSeconds = 300;

/** Seconds for proofs where there is time enough: with all other tests that makes about 40 minutes on two quick cores. */
const mostSeconds = 900;
/** Seconds for at least the shortest ones, however late it is. */
const leastSeconds = 240;
/** Seconds after which a run of CI, which has 5400, should have come to its end. */
const overAfter = 4_500;

/**
 * Seconds for proofs: what all else has left on a machine that may be slow.
 * @param elapsed seconds since the run of CI began
 */
export function budgetAfter(elapsed: number): number {
  return Math.min(mostSeconds, Math.max(leastSeconds, overAfter - elapsed));
}

/**
 * The scenarios that a run of CI proves: those that the change touches, then others in an order drawn by the commit, as
 * many as fit into the time. All of them together would take hours.
 * @param budget seconds
 */
export function chooseShare(
  scenarios: readonly Scenario[],
  options: {
    readonly touched: ReadonlySet<string>;
    readonly seed: string;
    readonly budget: number;
    readonly report: readonly ScenarioProof[];
  },
): Scenario[] {
  const { touched, seed, budget, report } = options;
  const drawn = ({ id }: Scenario) => createHash('sha256').update(`${seed} share ${id}`).digest('hex');
  const inOrder = scenarios.toSorted(
    (a, b) => Number(touched.has(b.id)) - Number(touched.has(a.id)) || (drawn(a) < drawn(b) ? -1 : 1),
  );
  let left = budget;
  return inOrder.filter((scenario) => {
    const needed = secondsOf(scenario, seed, report);
    if (needed > left) return false;
    left -= needed;
    return true;
  });
}

/**
 * Whether a scenario still fits into the time on this machine, which may be slower than the one that wrote the report.
 * @param needed seconds by the report
 * @param done what was proven so far: the seconds of the report, and those that it took here
 */
export function fitsHere(
  needed: number,
  done: { readonly needed: number; readonly took: number },
  budget: number,
): boolean {
  const slowness = done.needed === 0 ? 1 : Math.max(1, done.took / done.needed);
  return done.took + needed * slowness <= budget;
}

/**
 * How many scenarios are proven beside each other once the first has been proven alone. The report is made by
 * verify:all, which on two cores proves two at a time: a machine on which one alone takes longer is too slow for two.
 */
export function besideEachOther(first: { readonly needed: number; readonly took: number }): 1 | 2 {
  return first.took <= first.needed ? 2 : 1;
}

/** Seconds that the solution and the drawn wrong procedure took when all of them were proven. */
export function secondsOf(scenario: Scenario, seed: string, report: readonly ScenarioProof[]): number {
  const runs = report.find(({ id }) => id === scenario.id)?.runs ?? [];
  const took = (name: string) => runs.find((run) => run.name === name)?.seconds;
  const trials = listTrials(scenario, { drawBy: seed }).map(({ name }) => took(name));
  const provision = took('healthy');
  if (provision === undefined || trials.includes(undefined)) return unknownSeconds;
  return trials.reduce<number>((sum, seconds) => sum + (seconds ?? 0) + provision, 0);
}
