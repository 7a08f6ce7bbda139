import { compose, type Kubewright } from '../../engine/compose.ts';
import { settle } from '../../engine/drill/steps/steady-state.ts';
import type { Cluster } from '../../engine/providers/provider.ts';
import { systemClock } from '../../engine/system/clock.ts';
import { stateRoot } from '../../engine/system/paths.ts';
import { engineObjects, leftSince } from '../real/command-line.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { phases } from './phases.ts';
import { plainCluster } from './plain-cluster.ts';
import { type Look, lookAt, looked } from './same-again/look.ts';
import { note, rowsOf, type Samples } from './same-again/samples.ts';

const session = 'sameagain';

export const restores: Bench = {
  name: 'restores',
  about: `clusters restored from one golden state, in a row; compared with the first: ${looked}`,
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine, provider } = compose();
    const samples: Samples = { seconds: [], different: [], left: [] };
    const restore = async () => {
      signal.throwIfAborted();
      const before = await engineObjects();
      const restored = await lookAtRestored(provider, { say, signal });
      const left = await leftSince(before, { home: stateRoot() });
      for (const what of left) say(`    left behind: ${what}`);
      return { ...restored, left: left.length };
    };
    try {
      // The first one is what the others are compared with; it makes the golden state where there is none.
      const { look: first } = await restore();
      for (const round of turns()) {
        const { seconds, look, left } = await restore();
        note(samples, { seconds, first, look }, `restore ${round} of ${rounds}`, say);
        samples.left.push(left);
      }
      return rowsOf('restore', samples);
    } finally {
      await engine.close();
    }
  },
};

/** A cluster is looked at when it is as a drill begins with it, as a reset one is: until then its nodes may have taints. */
async function lookAtRestored(
  provider: Kubewright['provider'],
  { say, signal }: Pick<BenchOptions, 'say' | 'signal'>,
): Promise<{ readonly seconds: number; readonly look: Look }> {
  const at = performance.now();
  const progress = phases(say);
  try {
    const request = plainCluster(session, { golden: 'make', signal, progress });
    const cluster = await provider.create(request);
    const { controlPlanes, workers } = request.shape;
    await settle({ kube: cluster.kube, clock: systemClock, signal }, controlPlanes + workers, progress);
    const seconds = (performance.now() - at) / 1000;
    return { seconds, look: await lookAndClose(cluster) };
  } finally {
    await provider.destroy(session);
  }
}

async function lookAndClose(cluster: Cluster): Promise<Look> {
  try {
    if (!cluster.restored) throw new Error('the cluster was made from nothing');
    return await lookAt(cluster);
  } finally {
    await cluster.close();
  }
}
