import type { ZodType } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { KubeApi, Node } from '../providers/provider.ts';
import type { Clock } from '../system/clock.ts';

export interface FaultContext {
  readonly kube: KubeApi;
  machine(name: string): Node;
  /** The witness's record so far. */
  timeline(): Promise<readonly TimelineEvent[]>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** What the proof saw: shown in the journal, and the reason when the fault did not take hold. */
export interface FaultProof {
  readonly holds: boolean;
  readonly seen: string;
}

/** One kind of fault: the YAML word is the file's name and the registry's key. */
export interface FaultDefinition<Spec> {
  readonly kind: string;
  readonly summary: string;
  /** The keys beside kind; a strict object. */
  readonly schema: ZodType<Spec>;
  apply(context: FaultContext, spec: Spec): Promise<void>;
  /** Looks independently of apply whether the fault is there. Polled by the walk until it holds or `proveWithinMs` is over. */
  prove(context: FaultContext, spec: Spec): Promise<FaultProof>;
  readonly proveWithinMs: number;
}
