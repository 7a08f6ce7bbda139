import { runBeat } from './beat.ts';
import type { WitnessClock } from './clock.ts';
import type { WitnessCluster } from './config.ts';
import type { RecordEvent } from './journal.ts';
import { createKubeClient } from './kube-client.ts';
import type { Memory } from './memory.ts';
import { type Part, startPart } from './part.ts';
import { createSendProbe, runProbe } from './probe.ts';
import { runWatch } from './watch.ts';
import { watchedNodes, watchedPdbs, watchedPods } from './watched.ts';

export interface ClusterPartsEffects {
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  readonly memory: Memory;
  readonly log: (message: string) => void;
}

export interface ClusterParts {
  /** Starts what needs the cluster, or starts again what the new content changes; the rest runs on undisturbed. */
  use(cluster: WitnessCluster): Promise<void>;
  stop(): Promise<void>;
}

/** The parts that need cluster.json: beat and watches depend on the access, the probe on nodes and services. */
export function createClusterParts(effects: ClusterPartsEffects): ClusterParts {
  let access: Group = { key: '', parts: [] };
  let targets: Group = { key: '', parts: [] };
  return {
    async use(cluster) {
      const { nodes, probes, server, ca, cert, key } = cluster;
      access = await renew(access, JSON.stringify([server, ca, cert, key]), () => startApiParts(cluster, effects));
      targets = await renew(targets, JSON.stringify([nodes, probes]), () => [
        startPart('probe', effects, (signal) =>
          runProbe({ nodes, probes }, { ...effects, send: createSendProbe(effects.clock) }, signal),
        ),
      ]);
    },
    async stop() {
      await Promise.all([...access.parts, ...targets.parts].map((part) => part.stop()));
    },
  };
}

interface Group {
  /** What the parts were started with. */
  readonly key: string;
  readonly parts: readonly Part[];
}

async function renew(group: Group, key: string, start: () => readonly Part[]): Promise<Group> {
  if (group.key === key) return group;
  await Promise.all(group.parts.map((part) => part.stop()));
  return { key, parts: start() };
}

function startApiParts(cluster: WitnessCluster, effects: ClusterPartsEffects): readonly Part[] {
  const { memory } = effects;
  const kube = createKubeClient(cluster);
  return [
    startPart('beat', effects, (signal) => runBeat({ ...effects, kube }, signal)),
    startPart('watch of nodes', effects, (signal) =>
      runWatch(watchedNodes, { ...effects, kube, known: memory.nodes }, signal),
    ),
    startPart('watch of pods', effects, (signal) =>
      runWatch(watchedPods, { ...effects, kube, known: memory.pods }, signal),
    ),
    startPart('watch of pdbs', effects, (signal) =>
      runWatch(watchedPdbs, { ...effects, kube, known: memory.pdbs }, signal),
    ),
  ];
}
