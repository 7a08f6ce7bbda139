import { createHash } from 'node:crypto';
import { KubewrightError } from '../domain/errors.ts';
import { inputsOfRow } from '../scenario/inputs.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ProofRun, RunKind } from './proof.ts';

/** A procedure of the scenario: the reference, another right one, or one that learners really do and that is wrong. */
export type Procedure =
  | 'solution'
  | { readonly alternative: string }
  | { readonly wrong: string }
  /** Text of a team's own runbook. */
  | { readonly own: string };

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

/** The script of a procedure. @throws KubewrightError USAGE naming those there are */
export function procedureText(scenario: Scenario, procedure: Procedure): string {
  if (procedure === 'solution') return scenario.solution.text;
  if ('own' in procedure) return procedure.own;
  const [sort, name, among] =
    'wrong' in procedure
      ? (['wrong', procedure.wrong, scenario.wrong] as const)
      : (['alternative', procedure.alternative, scenario.alsoRight] as const);
  const found = among.find((script) => script.name === name);
  if (found !== undefined) return found.text;
  const names = among.map((script) => script.name).join(', ');
  throw new KubewrightError('USAGE', `${scenario.id} has no ${sort} procedure "${name}"; there are: ${names}`);
}

/** The fingerprint of what the row depends on, as the scenario is now; of a row that it no longer has, the scenario's. */
export function inputsOf(scenario: Scenario, { kind, name }: Pick<ProofRun, 'kind' | 'name'>): string {
  const trial = listTrials(scenario, {}).find((one) => one.kind === kind && one.name === name);
  if (trial === undefined) return scenario.inputs;
  return inputsOfRow(scenario.inputs, procedureText(scenario, trial.procedure), trial.fails);
}

/** The same of the reference procedure's row. */
export function inputsOfSolution(scenario: Scenario): string {
  return inputsOf(scenario, { kind: 'solution', name: 'solution' });
}
