import type { TimelineEvent } from '../domain/timeline.ts';

/** Every machine whose etcd the witness asks, whether or not it has ever answered. */
export function etcdNodes(timeline: readonly TimelineEvent[]): string[] {
  return [...new Set(timeline.flatMap((event) => (event.kind === 'etcd' ? [event.node] : [])))].toSorted();
}
