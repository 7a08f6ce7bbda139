import { compose } from '../../engine/compose.ts';
import { doze, stillMs } from '../../engine/drill/doze.ts';
import type { Cluster, Provider } from '../../engine/providers/provider.ts';
import { systemClock } from '../../engine/system/clock.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { plainCluster } from './plain-cluster.ts';

const session = 'dozing';
const awakeMs = 60_000;
const dozeMs = 180_000;
/** For so long after the awakening no node may be NotReady and no container started again. */
const watchMs = 60_000;
const lookEveryMs = 500;

interface Node {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string | Date;
    }[];
  };
}
interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

export const dozing: Bench = {
  name: 'dozing',
  about: 'a cluster of three nodes that nobody works with, dozing against awake, and what its awakening leaves behind',
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { provider, engine } = compose();
    const taken = { still: [] as number[], awake: [] as number[], wake: [] as number[] };
    const left = { notReady: [] as number[], restarted: [] as number[] };
    try {
      const request = plainCluster(session, { golden: 'at-hand', signal, progress: () => undefined });
      const cluster = await provider.create(request);
      for (const round of turns()) {
        taken.awake.push(await coresOf(provider, () => systemClock.sleep(awakeMs, signal)));
        const before = await stateOf(cluster);
        const over = new AbortController();
        taken.still.push(
          await coresOf(provider, async () => {
            const dozed = doze({ provider, clock: systemClock }, session, { isFree: () => true, signal: over.signal });
            await systemClock.sleep(dozeMs, signal).finally(() => over.abort());
            await dozed;
          }),
        );
        // The last awakening is the one that is looked at, from a stillness of its full length.
        await provider.standStill(session);
        await systemClock.sleep(stillMs, signal);
        const at = performance.now();
        await provider.wake(session);
        await cluster.kube.read({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
        taken.wake.push(performance.now() - at);
        const after = await watch(cluster, before, signal);
        left.notReady.push(after.notReady);
        left.restarted.push(after.restarted);
        say(`  round ${round} of ${rounds}`);
      }
      await cluster.close();
      return [
        { name: 'processor of a cluster that dozes', unit: 'cores', ours: taken.still, baseline: taken.awake },
        { name: 'from waking it to an answer of its API server', unit: 'ms', ours: taken.wake },
        { name: 'nodes that were NotReady within 60 s of waking it', unit: 'objects', ours: left.notReady },
        { name: 'pods restarted within 60 s of waking it', unit: 'objects', ours: left.restarted },
      ];
    } finally {
      await provider.destroy(session);
      await engine.close();
    }
  },
};

/** Cores that the session's containers use while the work is done. */
async function coresOf(provider: Provider, work: () => Promise<void>): Promise<number> {
  const [before, at] = [await provider.usage(session), performance.now()];
  await work();
  return ((await provider.usage(session)).cpuMs - before.cpuMs) / (performance.now() - at);
}

/** When each node became what it is, and how often each pod's containers were started again. */
interface State {
  readonly nodes: ReadonlyMap<string, string>;
  readonly restarts: ReadonlyMap<string, number>;
}

async function stateOf({ kube }: Cluster): Promise<State> {
  const [nodes, pods] = await Promise.all([
    kube.list<Node>({ apiVersion: 'v1', kind: 'Node' }),
    kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }),
  ]);
  const ready = ({ status }: Node) => status.conditions.find(({ type }) => type === 'Ready');
  return {
    nodes: new Map(
      nodes.map((node) => [node.metadata.name, `${ready(node)?.status} ${String(ready(node)?.lastTransitionTime)}`]),
    ),
    restarts: new Map(
      pods.map(({ metadata, status }) => [
        metadata.name,
        (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
      ]),
    ),
  };
}

/** Nodes that were NotReady at any time since `before`, and pods that were restarted. */
async function watch(cluster: Cluster, before: State, signal: AbortSignal) {
  const notReady = new Set<string>();
  const restarted = new Set<string>();
  for (const until = performance.now() + watchMs; performance.now() < until; ) {
    const now = await stateOf(cluster);
    // The time of the last change tells of one between two looks, too.
    for (const [name, state] of now.nodes) if (before.nodes.get(name) !== state) notReady.add(name);
    for (const [name, count] of now.restarts) if (before.restarts.get(name) !== count) restarted.add(name);
    await systemClock.sleep(lookEveryMs, signal);
  }
  return { notReady: notReady.size, restarted: restarted.size };
}
