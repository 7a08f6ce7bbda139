import type { NodeFacts, PdbFacts, PodFacts, TimelineEvent } from '../domain/timeline.ts';

/** The facts last recorded of each object, by namespace/name. What is in here was written; nothing else may be. */
export type Known<Facts> = Map<string, Facts>;

/** What the parts must not forget when they are restarted, or the witness is. */
export interface Memory {
  readonly nodes: Known<NodeFacts>;
  readonly pods: Known<PodFacts>;
  readonly pdbs: Known<PdbFacts>;
  /** Number of the last beat sent. */
  lastBeat: number;
  /** Number of the last numbered object known to exist. */
  lastMarker: number;
}

/** Key of an object in what is known; the namespace is empty for nodes. */
export function keyOf(facts: { readonly namespace?: string; readonly name: string }): string {
  return `${facts.namespace ?? ''}/${facts.name}`;
}

/** Takes up where the earlier run's journal ends, so that objects that vanished in between are recorded as gone. */
export function recall(events: readonly TimelineEvent[]): Memory {
  const memory: Memory = { nodes: new Map(), pods: new Map(), pdbs: new Map(), lastBeat: 0, lastMarker: 0 };
  for (const event of events) {
    if (event.kind === 'node') keep(memory.nodes, event.change, event.node);
    if (event.kind === 'pod') keep(memory.pods, event.change, event.pod);
    if (event.kind === 'pdb') keep(memory.pdbs, event.change, event.pdb);
    if (event.kind === 'beat' || event.kind === 'echo') memory.lastBeat = Math.max(memory.lastBeat, event.beat);
    if (event.kind === 'marker') memory.lastMarker = Math.max(memory.lastMarker, event.marker);
  }
  return memory;
}

function keep<Facts extends { readonly namespace?: string; readonly name: string }>(
  known: Known<Facts>,
  change: 'present' | 'gone',
  facts: Facts,
): void {
  if (change === 'present') known.set(keyOf(facts), facts);
  else known.delete(keyOf(facts));
}
