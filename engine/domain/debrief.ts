import type { CheckOutcome, CheckRole } from './verdict.ts';

/**
 * What happened in a drill, drawn from the witness's journal, the recording of the terminals and the looks at the checks
 * when it was judged: small enough to be kept, and all that is left when the cluster is gone. Shown, never used by a check.
 * All moments are milliseconds since the drill was handed over; what came before is negative.
 */
export interface Debrief {
  readonly format: 1;
  readonly scenario: string;
  readonly title: string;
  /** Wall clock milliseconds of moment 0. */
  readonly startedAt: number;
  /** What is shown: from a little before the fault to the submission. */
  readonly from: number;
  readonly to: number;
  readonly commands: readonly DebriefCommand[];
  readonly acts: readonly DebriefAct[];
  readonly changes: readonly MachineChange[];
  readonly nodes: readonly { readonly name: string; readonly spans: readonly NodeSpan[] }[];
  readonly workloads: readonly { readonly name: string; readonly steps: readonly PodStep[] }[];
  readonly services: readonly ServiceLane[];
  readonly apiServers: readonly { readonly node: string; readonly spans: readonly AnswerSpan[] }[];
  readonly etcd: readonly EtcdLane[];
  readonly faults: readonly { readonly at: number; readonly kind: string }[];
  readonly events: readonly { readonly at: number; readonly id: string }[];
  readonly checks: readonly CheckLane[];
  /** Times about which the record says nothing: the witness was not running. */
  readonly unseen: readonly Span[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line that was run at a prompt, or a command of a procedure. */
export interface DebriefCommand {
  readonly at: number;
  /** Missing when it had not ended, or its end was not seen. */
  readonly end?: number;
  readonly exit?: number;
  readonly text: string;
  /** Where it ran: "student" or a node's name. */
  readonly machine: string;
  /** Id of the terminal's recording; missing for a procedure's commands. */
  readonly terminal?: string;
}

/** A write to the API in the learner's name, from the audit trail; equal ones that follow each other are one. */
export interface DebriefAct {
  readonly at: number;
  /** Of the last one that was taken together with the first. */
  readonly lastAt: number;
  readonly count: number;
  /** Such as "evict pod shop/api-7d9c-x2x4z". */
  readonly text: string;
  /** The same without what differs from run to run: equal keys are equal deeds. */
  readonly key: string;
  readonly who: string;
  /** HTTP status of the last one. */
  readonly code: number;
}

/** Something that changed on a machine, as its reporter told. */
export interface MachineChange {
  readonly at: number;
  readonly node: string;
  readonly text: string;
  readonly key: string;
}

export interface NodeSpan extends Span {
  /** absent: no node of that name is in the cluster. */
  readonly ready: 'True' | 'False' | 'Unknown' | 'absent';
  readonly cordoned: boolean;
  /** What its kubelet says it is, such as v1.34.4; empty when absent. */
  readonly version: string;
}

/** From `at` on so many pods of the workload are there, and so many of them are Ready. */
export interface PodStep {
  readonly at: number;
  readonly ready: number;
  readonly total: number;
}

export interface ServiceLane {
  readonly name: string;
  readonly spans: readonly (Span & { readonly state: 'up' | 'partly' | 'down' | 'unseen' })[];
  /** Times without any answer, from the last one before to the first one after. */
  readonly gaps: readonly Span[];
  readonly sent: number;
  readonly ok: number;
}

export interface AnswerSpan extends Span {
  /** Version it answered with; missing while it did not answer. */
  readonly version?: string;
}

export interface EtcdLane {
  readonly node: string;
  readonly spans: readonly (Span & { readonly answers: boolean })[];
  /** Every change of term or leader, and the revision often enough to draw it. */
  readonly points: readonly {
    readonly at: number;
    readonly revision: number;
    readonly term: number;
    /** Whether this member leads. */
    readonly leads: boolean;
  }[];
}

export interface CheckLane {
  readonly id: string;
  readonly role: CheckRole;
  /** What it was found to be, from each of these moments on; nobody looked before the first. */
  readonly turns: readonly { readonly at: number; readonly result: CheckOutcome }[];
}

/** Where the learner's way parts from the reference procedure's. */
export interface Parting {
  /**
   * other: something that the reference never does. order: what the reference does at another place. missing: something
   * of the reference was left out. none: the same deeds in the same order.
   */
  readonly kind: 'other' | 'order' | 'missing' | 'none';
  /** When it parted; for `missing` the end of the last deed that was the same. */
  readonly at: number;
  /** The learner's deed; missing for `missing` and `none`. */
  readonly deed?: string;
  /** What the reference does from there. */
  readonly instead?: { readonly at: number; readonly text: string };
  /** What came of it: states that the reference never brings about. */
  readonly consequences: readonly { readonly at: number; readonly text: string }[];
}
