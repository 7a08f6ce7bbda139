import type { ZodType } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding, CheckMode } from '../domain/verdict.ts';
import type { KubeApi, Node } from '../providers/provider.ts';

/** What a check may look at. All of it is read only. */
export interface CheckContext {
  readonly kube: KubeApi;
  /** A node by name, or "student". */
  machine(name: string): Node;
  /** The witness's record; read once per round of checks. Rejects when the witness cannot be asked. */
  timeline(): Promise<readonly TimelineEvent[]>;
  /** Wall clock ms at which the drill was handed to the learner: acts before it are not theirs. */
  readonly since: number;
  /** Wall clock ms up to which the drill is judged. */
  readonly until: number;
  /** Events of the scenario that have happened: id -> wall clock ms. */
  readonly happened: Readonly<Record<string, number>>;
}

/** One kind of check: the YAML word is the file's name and the registry's key. */
export interface CheckDefinition<Spec> {
  readonly kind: string;
  /** One sentence for the docs and the editor. */
  readonly summary: string;
  /** The keys beside id, kind, role, mode and within; a strict object. */
  readonly schema: ZodType<Spec>;
  /** Modes that make sense for this kind; the first is the default. */
  readonly modes: readonly [CheckMode, ...CheckMode[]];
  /** Looks and judges. An exception is reported as errored with its message; never return failed for what could not be read. */
  evaluate(context: CheckContext, spec: Spec, mode: CheckMode): Promise<CheckFinding>;
}
