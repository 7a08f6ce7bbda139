import { createHash } from 'node:crypto';
import type { Scenario } from '../scenario/scenario.ts';
import type { Procedure } from './drills.ts';
import type { RunKind } from './proof.ts';

/** A procedure to be run on a cluster of its own, and the checks that are to fail after it. */
export interface Trial {
  readonly kind: Exclude<RunKind, 'healthy' | 'broken'>;
  readonly name: string;
  readonly procedure: Procedure;
  readonly fails: readonly string[];
}

export interface Selection {
  /** With a seed, one wrong procedure a scenario is drawn by it instead of running all of them and the alternatives. */
  readonly drawBy?: string;
  /** The reference procedure and nothing else. */
  readonly onlySolution?: boolean;
  /** A team's own runbook: it is judged as the solution would be, and nothing else is run. */
  readonly own?: { readonly name: string; readonly text: string };
}

/** What is to be tried of a scenario, in order. The first one also gives the rows of the healthy and the broken cluster. */
export function listTrials(scenario: Scenario, { drawBy, onlySolution, own }: Selection): readonly [Trial, ...Trial[]] {
  if (own !== undefined) return [{ kind: 'own', name: own.name, procedure: { own: own.text }, fails: [] }];
  const solution: Trial = { kind: 'solution', name: 'solution', procedure: 'solution', fails: [] };
  if (onlySolution === true) return [solution];
  const wrong = scenario.wrong.map(
    ({ name, fails }): Trial => ({ kind: 'wrong', name, procedure: { wrong: name }, fails }),
  );
  if (drawBy !== undefined) {
    const drawn = wrong[createHash('sha256').update(`${drawBy} ${scenario.id}`).digest().readUInt32BE() % wrong.length];
    return drawn === undefined ? [solution] : [solution, drawn];
  }
  const right = scenario.alsoRight.map(
    ({ name }): Trial => ({ kind: 'alternative', name, procedure: { alternative: name }, fails: [] }),
  );
  return [solution, ...right, ...wrong];
}
