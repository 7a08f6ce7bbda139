import type { CheckResult } from './verdict.ts';

/** What the desk shows of the cluster while the learner works, from the witness's record. Shown, never used by a check. */
export interface ClusterLook {
  readonly nodes: readonly NodeLook[];
  readonly workloads: readonly WorkloadLook[];
  readonly services: readonly ServiceLook[];
  /** silent: no API server answers, so that what is said of nodes and pods is what was seen last. */
  readonly api: 'answers' | 'silent';
  /** Whether the witness is recording: without it nothing above is news. */
  readonly witness: 'records' | 'silent';
}

export interface NodeLook {
  readonly name: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly cordoned: boolean;
  /** What its kubelet says it is, such as v1.34.4. */
  readonly version: string;
}

export interface WorkloadLook {
  /** namespace/name of what its pods are called by. */
  readonly name: string;
  readonly pods: readonly PodLook[];
}

export interface PodLook {
  readonly name: string;
  /** Empty until it has been scheduled. */
  readonly node: string;
  readonly state: 'ready' | 'waiting' | 'ending' | 'failed' | 'done';
}

export interface ServiceLook {
  /** namespace/name. */
  readonly name: string;
  /** up: every request of the last seconds was answered. unseen: none were sent. */
  readonly state: 'up' | 'partly' | 'down' | 'unseen';
}

/** A hint of the scenario as the learner sees it. */
export interface Hint {
  /** Task and number, such as "drain-2". */
  readonly id: string;
  readonly task: string;
  /** Points it takes off. */
  readonly cost: number;
  /** taken: its text is there. offered: it may be taken now. */
  readonly state: 'taken' | 'offered';
  readonly text?: string;
  /** The check that made it appear. */
  readonly because?: string;
}

export interface HintBoard {
  /** Those that were taken, in their order, and those that are offered. */
  readonly hints: readonly Hint[];
  /** How many there are that nothing is said of yet. */
  readonly more: number;
  /** Points that the taken ones take off. */
  readonly spent: number;
  /** The solution was looked at before the drill was judged. */
  readonly gaveUp: boolean;
}

/** A look between two presses of Check: nothing becomes final by it. */
export interface Glance {
  /** Of the checks that can be seen at a glance; those of the whole drill (mode hold) need Check. Empty where the scenario does not allow it. */
  readonly checks: readonly CheckResult[];
  readonly hints: HintBoard;
}

/** The reference procedure, step by step, and why it is done so. */
export interface Walkthrough {
  readonly intro: string;
  readonly steps: readonly WalkthroughStep[];
  /** The thoughts that lead there: the texts of all hints. */
  readonly clues: readonly string[];
  /** What is judged, and what each is worth on a real system. */
  readonly judged: readonly { readonly check: string; readonly meaning: string }[];
}

export interface WalkthroughStep {
  /** Why; empty where the script says nothing. */
  readonly why: string;
  readonly commands: string;
}
