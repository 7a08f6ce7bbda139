import { apiServer } from './api-server.ts';
import { runBeat } from './beat.ts';
import type { WitnessClock } from './clock.ts';
import type { WitnessCluster } from './config.ts';
import { etcdMember } from './etcd.ts';
import type { RecordEvent } from './journal.ts';
import { createKubeClient } from './kube-client.ts';
import { runMarkers } from './marker.ts';
import type { Memory } from './memory.ts';
import { type Part, startPart } from './part.ts';
import { createSendProbe, runProbe } from './probe.ts';
import { runSampler, type Sampled } from './sampler.ts';
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

/** The parts that need cluster.json, each with what it depends on: only if that changes is it started again. */
export function createClusterParts(effects: ClusterPartsEffects): ClusterParts {
  const running = new Map<string, { readonly input: string; readonly part: Part }>();
  const stop = async (names: readonly string[]) => {
    await Promise.all(names.map(async (name) => running.get(name)?.part.stop()));
    for (const name of names) running.delete(name);
  };
  return {
    async use(cluster) {
      const planned = plan(cluster, effects).map((one) => ({ ...one, input: JSON.stringify(one.dependsOn) }));
      const keep = new Set(
        planned.filter(({ name, input }) => running.get(name)?.input === input).map(({ name }) => name),
      );
      await stop([...running.keys()].filter((name) => !keep.has(name)));
      for (const { name, input, run } of planned) {
        if (!keep.has(name)) running.set(name, { input, part: startPart(name, effects, run) });
      }
    },
    stop: () => stop([...running.keys()]),
  };
}

interface PlannedPart {
  readonly name: string;
  readonly dependsOn: unknown;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

function plan(cluster: WitnessCluster, effects: ClusterPartsEffects): PlannedPart[] {
  const { server, ca, cert, key, etcd, probes, markers } = cluster;
  const { memory } = effects;
  const access = { server, ca, cert, key };
  const kube = createKubeClient(access);
  const controlPlanes = cluster.nodes.filter((node) => node.role === 'control-plane');
  // A spare has nothing of the cluster on it that could answer.
  const nodes = cluster.nodes.filter((node) => node.role !== 'spare');
  const ofApi = (name: string, run: PlannedPart['run']): PlannedPart => ({ name, dependsOn: access, run });
  return [
    ofApi('beat', (signal) => runBeat({ ...effects, kube }, signal)),
    ofApi('watch of nodes', (signal) => runWatch(watchedNodes, { ...effects, kube, known: memory.nodes }, signal)),
    ofApi('watch of pods', (signal) => runWatch(watchedPods, { ...effects, kube, known: memory.pods }, signal)),
    ofApi('watch of pdbs', (signal) => runWatch(watchedPdbs, { ...effects, kube, known: memory.pdbs }, signal)),
    ...(markers ? [ofApi('markers', (signal) => runMarkers({ ...effects, kube }, signal))] : []),
    ...controlPlanes.flatMap((node) => [
      sampler(apiServer(node, access), { node, access }, effects),
      ...(etcd === undefined ? [] : [sampler(etcdMember(node, etcd), { node, etcd }, effects)]),
    ]),
    {
      name: 'probe',
      dependsOn: { nodes, probes },
      run: (signal) => runProbe({ nodes, probes }, { ...effects, send: createSendProbe(effects.clock) }, signal),
    },
  ];
}

function sampler<Facts>(sampled: Sampled<Facts>, dependsOn: unknown, effects: ClusterPartsEffects): PlannedPart {
  return { name: sampled.name, dependsOn, run: (signal) => runSampler(sampled, effects, signal) };
}
