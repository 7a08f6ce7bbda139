import type { CheckMode, CheckOutcome, CheckRole } from '../domain/verdict.ts';
import type { ClusterShape, ServiceProbe } from '../providers/provider.ts';
import type { PathPart, Place } from './problem.ts';

/** A scenario as it was loaded: every key checked, variables filled in (but see fillSessionVariables), texts read. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly minutes: number;
  readonly difficulty: 'easy' | 'medium' | 'hard';
  readonly versions: { readonly from: string; readonly to?: string };
  readonly cluster: ClusterShape;
  /** Names of the workload packs, in the order of applying. */
  readonly workloads: readonly string[];
  readonly probes: readonly ServiceProbe[];
  /** The witness writes numbered objects into the cluster, by which a restore is known. */
  readonly markers: boolean;
  /** Whether the desk shows checks as they turn. */
  readonly liveChecks: boolean;
  readonly faults: readonly ScenarioFault[];
  readonly tasks: readonly ScenarioTask[];
  /** Task id -> its section of the task text, markdown. */
  readonly texts: Readonly<Record<string, string>>;
  readonly solution: ScenarioScript;
  readonly wrong: readonly WrongProcedure[];
  readonly alsoRight: readonly ScenarioScript[];
  readonly events: readonly ScenarioEvent[];
  readonly references: readonly string[];
  /** The scenario's folder, as it was given to the loader. */
  readonly folder: string;
  /** sha256 of all that every row of the scenario's proof depends on, see computeInputs and inputsOf(). */
  readonly inputs: string;
  /** Names within the repository of the source files among those inputs, such as engine/checks/<kind>.ts. */
  readonly sources: readonly string[];
  /** The scenario.yaml, for messages about it. */
  readonly source: ScenarioSource;
}

interface ScenarioSource {
  readonly file: string;
  /** The place of a value of the file; of its nearest parent when there is no such value. */
  readonly locate: (path: readonly PathPart[]) => Place;
}

export interface ScenarioFault {
  readonly kind: string;
  /** What the kind's schema made of the other keys. */
  readonly spec: unknown;
}

interface ScenarioTask {
  readonly id: string;
  /** file.md#anchor, as written. */
  readonly text: string;
  readonly points: number;
  readonly checks: readonly ScenarioCheck[];
  readonly hints: readonly ScenarioHint[];
}

export interface ScenarioCheck {
  readonly id: string;
  readonly kind: string;
  readonly role: CheckRole;
  readonly mode: CheckMode;
  /** Milliseconds; only with mode converge. */
  readonly withinMs?: number;
  /** The condition holds already before the learner's work. */
  readonly holdsAtStart: boolean;
  /** What the kind's schema made of the other keys. */
  readonly spec: unknown;
}

interface ScenarioHint {
  readonly text: string;
  /** Points it takes off. */
  readonly cost: number;
  /** When it is offered; without it always. */
  readonly when?: { readonly check: string; readonly is: CheckOutcome };
}

export interface ScenarioScript {
  /** File name without folder and ending: what "solve --wrong NAME" takes. */
  readonly name: string;
  /** Path within the scenario's folder. */
  readonly script: string;
  readonly text: string;
}

interface WrongProcedure extends ScenarioScript {
  /** Ids of exactly the checks that fail after it. */
  readonly fails: readonly string[];
}

interface ScenarioEvent {
  readonly id: string;
  readonly when: { readonly check: string; readonly is: 'passed' };
  readonly do: { readonly kind: 'write-file'; readonly machine: string; readonly path: string; readonly text: string };
}
