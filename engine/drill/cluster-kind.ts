import type { ClusterShape } from '../providers/provider.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a cluster is before anything of a drill is in it: drills that want the same can have one another's. */
export interface ClusterKind {
  readonly shape: ClusterShape;
  readonly minor: string;
  readonly upgradeTo: string | undefined;
}

export function clusterKindOf({ cluster, versions }: Pick<Scenario, 'cluster' | 'versions'>): ClusterKind {
  return { shape: cluster, minor: versions.from, upgradeTo: versions.to };
}

/**
 * Equal for clusters that cannot be told apart. Shapes of other names and the same machines are the same.
 * @param nodeImage its tag, which names its content: a cluster of an older image is another one
 */
export function nameKind({ shape, minor, upgradeTo }: ClusterKind, nodeImage: string): string {
  const { controlPlanes, workers, spares } = shape;
  return JSON.stringify({ controlPlanes, workers, spares, minor, upgradeTo: upgradeTo ?? null, nodeImage });
}
