import { compose, type Kubewright } from '../../engine/compose.ts';
import type { Cluster } from '../../engine/providers/provider.ts';
import { stateRoot } from '../../engine/system/paths.ts';
import { type EngineObjects, engineObjects, leftSince } from '../real/command-line.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { plainCluster } from './plain-cluster.ts';
import { differences, type Look, lookAt, looked } from './same-again/look.ts';

/** The drill that is reset: workloads on two workers, and a fault that leaves its machines as they are. */
const scenario = 'drain-for-maintenance';
/** Printed of a look that differs. */
const mostShown = 20;

/** What a learner may leave of a machine: nothing that it is a node by. */
const harm = `
systemctl mask --now kubelet 2>/dev/null
crictl rmp --all --force >/dev/null 2>&1
rm -rf /etc/kubernetes /var/lib/etcd/* /opt/* /usr/local/bin/*
apt-mark unhold kubelet kubeadm
echo harmed > /etc/profile.d/harmed.sh
printf '192.0.2.1 elsewhere\\n' >> /etc/hosts`;

interface Samples {
  readonly seconds: number[];
  readonly different: number[];
  readonly left: number[];
}

export const sameAgain: Bench = {
  name: 'same-again',
  about: `clusters restored from one golden state, and a drill reset, in a row; compared with the first of each: ${looked}`,
  async run(options: BenchOptions): Promise<Measurement[]> {
    const { engine, provider } = compose();
    try {
      const restored = await restores(provider, options);
      const reset = await resets(engine, options);
      return [...rowsOf('restore', restored), ...rowsOf('reset', reset)];
    } finally {
      await engine.close();
    }
  },
};

function rowsOf(act: string, { seconds, different, left }: Samples): Measurement[] {
  return [
    { name: `${act}, in a row`, unit: 's', ours: seconds },
    { name: `differences after a ${act}`, unit: 'differences', ours: different },
    { name: `left behind after a ${act}`, unit: 'objects', ours: left },
  ];
}

async function restores(
  provider: Kubewright['provider'],
  { rounds, turns, say, signal }: BenchOptions,
): Promise<Samples> {
  const session = 'sameagain';
  const samples: Samples = { seconds: [], different: [], left: [] };
  let first: Look | undefined;
  const restore = async (round: number) => {
    signal.throwIfAborted();
    const before = await engineObjects();
    const at = performance.now();
    try {
      const request = plainCluster(session, { golden: 'make', signal, progress: () => undefined });
      const cluster = await provider.create(request);
      const seconds = (performance.now() - at) / 1000;
      const look = await lookAndClose(cluster);
      if (first === undefined) first = look;
      else note(samples, { seconds, differing: differences(first, look) }, `restore ${round} of ${rounds}`, say);
    } finally {
      await provider.destroy(session);
    }
    const left = await leftSince(before, { home: stateRoot() });
    if (round > 0) samples.left.push(left.length);
    for (const what of left) say(`    left behind: ${what}`);
  };
  // The first one is what the others are compared with; it makes the golden state where there is none.
  await restore(0);
  for (const round of turns()) await restore(round);
  return samples;
}

async function resets(engine: Kubewright['engine'], { rounds, turns, say, signal }: BenchOptions): Promise<Samples> {
  const samples: Samples = { seconds: [], different: [], left: [] };
  const before = await engineObjects();
  const { id } = await engine.start(scenario, { signal, golden: 'make' });
  try {
    const look = async () => {
      const { cluster, record } = await engine.open(id);
      return lookAt(cluster, record.facts['SESSION_TOKEN']);
    };
    const first = await look();
    // What a session consists of, by number: its parts are others after each reset.
    const parts = countOf(await engineObjects());
    for (const round of turns()) {
      signal.throwIfAborted();
      const { nodes } = (await engine.open(id)).cluster;
      await Promise.all(nodes.map((node) => node.exec(['bash', '-c', harm], { timeoutMs: 120_000 })));
      const at = performance.now();
      await engine.reset(id, { signal, golden: 'make' });
      const seconds = (performance.now() - at) / 1000;
      const { cluster } = await engine.open(id);
      if (!cluster.restored) throw new Error('the cluster of the reset session was made from nothing');
      note(samples, { seconds, differing: differences(first, await look()) }, `reset ${round} of ${rounds}`, say);
      samples.left.push(countOf(await engineObjects()) - parts);
    }
  } finally {
    await engine.stop(id);
  }
  const left = await leftSince(before, { home: stateRoot() });
  if (left.length > 0) throw new Error(`after the last reset and a stop there is still ${left.join(', ')}`);
  return samples;
}

function countOf({ containers, networks, volumes }: EngineObjects): number {
  return containers.length + networks.length + volumes.length;
}

async function lookAndClose(cluster: Cluster): Promise<Look> {
  try {
    if (!cluster.restored) throw new Error('the cluster was made from nothing');
    return await lookAt(cluster);
  } finally {
    await cluster.close();
  }
}

function note(
  samples: Samples,
  { seconds, differing }: { readonly seconds: number; readonly differing: readonly string[] },
  what: string,
  say: (line: string) => void,
): void {
  samples.seconds.push(seconds);
  samples.different.push(differing.length);
  say(`  ${what}: ${seconds.toFixed(1)} s, ${differing.length} differences`);
  for (const line of differing.slice(0, mostShown)) say(`    ${line.slice(0, 300)}`);
  if (differing.length > mostShown) say(`    and ${differing.length - mostShown} more`);
}
