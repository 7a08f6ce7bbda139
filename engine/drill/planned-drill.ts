import type { ClusterShape, ServiceProbe } from '../providers/provider.ts';
import type { PlannedCheck } from './evaluate.ts';

/** A scenario bound to a session: every variable filled in, nothing left to decide. */
export interface PlannedDrill {
  readonly scenario: string;
  readonly title: string;
  readonly minutes: number;
  /** Kubernetes minor of the cluster, e.g. "1.34". */
  readonly minor: string;
  /** The minor the learner upgrades to. */
  readonly upgradeTo?: string | undefined;
  readonly shape: ClusterShape;
  /** Manifests of the workload packs. */
  readonly manifests: readonly string[];
  readonly probes: readonly ServiceProbe[];
  /** See ClusterRequest. */
  readonly markers: boolean;
  readonly faults: readonly { readonly kind: string; readonly spec: unknown }[];
  readonly checks: readonly (PlannedCheck & { readonly holdsAtStart: boolean })[];
  readonly tasks: readonly { readonly id: string; readonly points: number; readonly markdown: string }[];
  readonly events: readonly DrillEvent[];
  readonly references: readonly string[];
  /** Exported to the scripts that run on the student host. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface DrillEvent {
  readonly id: string;
  readonly when: { readonly check: string; readonly is: 'passed' };
  readonly do: { readonly kind: 'write-file'; readonly machine: string; readonly path: string; readonly text: string };
}

/** Objectives that the learner has to bring about: they must fail on the fresh fault. */
export function openObjectives(drill: PlannedDrill): PlannedDrill['checks'] {
  return drill.checks.filter((check) => check.role === 'objective' && !check.holdsAtStart);
}

/** What must hold on the healthy cluster: every safeguard, and objectives that say they hold at the start. */
export function steadyChecks(drill: PlannedDrill): PlannedDrill['checks'] {
  return drill.checks.filter((check) => check.role === 'safeguard' || check.holdsAtStart);
}
