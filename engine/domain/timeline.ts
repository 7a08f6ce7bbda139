/**
 * The witness's record: one line of its journal each, in the order of recording. `at` is wall-clock milliseconds of the
 * witness. What the checks of the procedure know, they know from here.
 */
export type TimelineEvent =
  | { readonly at: number; readonly kind: 'started' }
  /** Once a second while the witness runs: a hole between two of them is a gap of everything. */
  | { readonly at: number; readonly kind: 'tick' }
  /** The witness's own numbered request reached the API server (ok) or did not. */
  | { readonly at: number; readonly kind: 'beat'; readonly beat: number; readonly ok: boolean }
  /** The audit event of that numbered request came back: the audit trail was whole up to here. */
  | { readonly at: number; readonly kind: 'echo'; readonly beat: number }
  | {
      readonly at: number;
      readonly kind: 'watch';
      readonly resource: WatchedResource;
      readonly state: 'listed' | 'lost';
    }
  | { readonly at: number; readonly kind: 'node'; readonly change: ObjectChange; readonly node: NodeFacts }
  | { readonly at: number; readonly kind: 'pod'; readonly change: ObjectChange; readonly pod: PodFacts }
  | { readonly at: number; readonly kind: 'pdb'; readonly change: ObjectChange; readonly pdb: PdbFacts }
  | { readonly at: number; readonly kind: 'act'; readonly act: Act }
  /** One line a second, node and service: requests sent through that node's port, and how many were answered 200. */
  | {
      readonly at: number;
      readonly kind: 'traffic';
      readonly service: string;
      readonly node: string;
      readonly sent: number;
      readonly ok: number;
      readonly lastError?: string;
    };

export type WatchedResource = 'nodes' | 'pods' | 'poddisruptionbudgets';
/** present: seen in a (re)list or added; gone: deleted, or missing from a relist. */
export type ObjectChange = 'present' | 'gone';

export interface NodeFacts {
  readonly name: string;
  readonly uid: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly unschedulable: boolean;
  readonly kubeletVersion: string;
}

export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Kind of the controlling owner; empty for a bare pod; "Mirror" for a static pod's mirror. */
  readonly owner: string;
}

export interface PdbFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The spec as canonical JSON: two equal texts are equal budgets. */
  readonly spec: string;
  readonly disruptionsAllowed: number;
}

/** A write that the API server answered, from its audit trail. */
export interface Act {
  /** When the API server received the request (its clock; the same kernel's as the witness's). */
  readonly requestedAt: number;
  readonly user: string;
  readonly impersonated?: string;
  readonly userAgent: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  /** For patches and updates of nodes: what spec.unschedulable was set to, where the request said so. */
  readonly unschedulable?: boolean;
}

/** Identities the provider makes; every other user of the API is the learner, the system, or someone the learner made. */
export const identities = {
  engine: 'kubewright-engine',
  witness: 'kubewright-witness',
  /** Colleagues in the story: what a fault does in their name is not the learner's act. */
  ops: 'kubewright-ops',
  learner: 'learner',
} as const;
