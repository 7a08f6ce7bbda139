import { compose } from '../../engine/compose.ts';
import { stateRoot } from '../../engine/system/paths.ts';
import { type EngineObjects, engineObjects, leftSince } from '../real/command-line.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { lookAt, looked } from './same-again/look.ts';
import { note, rowsOf, type Samples } from './same-again/samples.ts';

/** The drill that is reset: workloads on two workers, and a fault that leaves its machines as they are. */
const scenario = 'drain-for-maintenance';

/** What a learner may leave of a machine: nothing that it is a node by. */
const harm = `
systemctl mask --now kubelet 2>/dev/null
crictl rmp --all --force >/dev/null 2>&1
rm -rf /etc/kubernetes /var/lib/etcd/* /opt/* /usr/local/bin/*
apt-mark unhold kubelet kubeadm
echo harmed > /etc/profile.d/harmed.sh
printf '192.0.2.1 elsewhere\\n' >> /etc/hosts`;

export const resets: Bench = {
  name: 'resets',
  about: `a drill whose machines are harmed and that is reset, in a row; compared with its first start: ${looked}`,
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine } = compose();
    const samples: Samples = { seconds: [], different: [], left: [] };
    try {
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
          note(samples, { seconds, first, look: await look() }, `reset ${round} of ${rounds}`, say);
          samples.left.push(countOf(await engineObjects()) - parts);
        }
      } finally {
        await engine.stop(id);
      }
      const left = await leftSince(before, { home: stateRoot() });
      if (left.length > 0) throw new Error(`after the last reset and a stop there is still ${left.join(', ')}`);
      return rowsOf('reset', samples);
    } finally {
      await engine.close();
    }
  },
};

function countOf({ containers, networks, volumes }: EngineObjects): number {
  return containers.length + networks.length + volumes.length;
}
