import { listed } from './finding.ts';
import { type ClusterState, nameOf } from './record.ts';

/** What a drain would have left otherwise (pods of DaemonSets, static and finished ones may stay), or undefined. */
export function whyNotDrained(state: ClusterState, name: string): string | undefined {
  const left = [...state.pods.values()].filter(
    (pod) =>
      pod.node === name &&
      pod.owner !== 'DaemonSet' &&
      pod.owner !== 'Mirror' &&
      pod.phase !== 'Succeeded' &&
      pod.phase !== 'Failed',
  );
  if (left.length > 0) return `these pods were on it: ${listed(left.map(nameOf))}`;
  // A node that is not in the cluster takes no pods.
  return state.nodes.get(name)?.unschedulable === false
    ? 'it was empty but not cordoned: new pods could come at any moment'
    : undefined;
}
