import type { NodeFacts, PdbFacts, PodFacts } from '../domain/timeline.ts';
import { nodeFacts, pdbFacts, podFacts } from './facts.ts';
import type { Watched } from './watch.ts';

export const watchedNodes: Watched<NodeFacts> = {
  resource: 'nodes',
  path: '/api/v1/nodes',
  facts: nodeFacts,
  event: (at, change, node) => ({ at, kind: 'node', change, node }),
};

export const watchedPods: Watched<PodFacts> = {
  resource: 'pods',
  path: '/api/v1/pods',
  facts: podFacts,
  event: (at, change, pod) => ({ at, kind: 'pod', change, pod }),
};

export const watchedPdbs: Watched<PdbFacts> = {
  resource: 'poddisruptionbudgets',
  path: '/apis/policy/v1/poddisruptionbudgets',
  facts: pdbFacts,
  event: (at, change, pdb) => ({ at, kind: 'pdb', change, pdb }),
};
