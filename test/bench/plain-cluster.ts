import { defaultMinor } from '../../clusters/node-image/versions.ts';
import type { ClusterRequest, GoldenUse } from '../../engine/providers/provider.ts';

/** What benches ask a provider for: two workers, and nothing of a drill in it. */
export function plainCluster(
  session: string,
  how: { readonly golden: GoldenUse; readonly signal: AbortSignal; readonly progress: (line: string) => void },
): ClusterRequest {
  const shape = { name: 'two-workers', controlPlanes: 1, workers: 2, spares: 0 };
  return { session, shape, minor: defaultMinor, markers: false, probes: [], ...how };
}
