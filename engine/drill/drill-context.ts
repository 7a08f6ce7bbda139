import type { CheckDefinition } from '../checks/check.ts';
import { KubewrightError } from '../domain/errors.ts';
import type { CheckResult } from '../domain/verdict.ts';
import type { FaultDefinition } from '../faults/fault.ts';
import type { Cluster, GoldenUse, Provider } from '../providers/provider.ts';
import type { Clock } from '../system/clock.ts';
import type { PlannedDrill } from './planned-drill.ts';

/** What the steps of the walk share. */
export interface DrillContext {
  readonly session: string;
  /** What its cluster is called on the engine. */
  readonly clusterId: string;
  readonly drill: PlannedDrill;
  readonly provider: Provider;
  readonly faults: Readonly<Record<string, FaultDefinition<unknown>>>;
  readonly checks: Readonly<Record<string, CheckDefinition<unknown>>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly golden: GoldenUse;
  /** The cluster of this session was made ahead and waits. */
  readonly isWaiting: boolean;
  /** Set by the step that provisions. */
  cluster?: Cluster;
  /** What the checks said on the healthy cluster, and on the freshly broken one: rows of the proof. */
  healthy?: readonly CheckResult[];
  broken?: readonly CheckResult[];
}

export function clusterOf(context: DrillContext): Cluster {
  if (context.cluster === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has not been made yet');
  return context.cluster;
}
