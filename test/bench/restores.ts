import { compose } from '../../engine/compose.ts';
import { findUnsettled } from '../../engine/drill/steps/steady-state.ts';
import type { Cluster, ClusterRequest, KubeApi } from '../../engine/providers/provider.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { stateRoot } from '../../engine/system/paths.ts';
import { engineObjects, leftSince } from '../real/command-line.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { plainCluster } from './plain-cluster.ts';
import { type Look, lookAt, looked } from './same-again/look.ts';
import { note, rowsOf, type Samples } from './same-again/samples.ts';

const session = 'sameagain';
const settledWithinMs = 300_000;

export const restores: Bench = {
  name: 'restores',
  about: `clusters restored from one golden state, in a row; compared with the first: ${looked}`,
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine, provider } = compose();
    const samples: Samples = { seconds: [], different: [], left: [] };
    const restore = async (): Promise<{ seconds: number; look: Look; left: readonly string[] }> => {
      signal.throwIfAborted();
      const before = await engineObjects();
      const at = performance.now();
      try {
        const request = plainCluster(session, { golden: 'make', signal, progress: () => undefined });
        const cluster = await provider.create(request);
        await settle(cluster.kube, request.shape, signal);
        const seconds = (performance.now() - at) / 1000;
        const look = await lookAndClose(cluster);
        await provider.destroy(session);
        return { seconds, look, left: await leftSince(before, { home: stateRoot() }) };
      } catch (error) {
        await provider.destroy(session);
        throw error;
      }
    };
    try {
      // The first one is what the others are compared with; it makes the golden state where there is none.
      const { look: first } = await restore();
      for (const round of turns()) {
        const { seconds, look, left } = await restore();
        note(samples, { seconds, first, look }, `restore ${round} of ${rounds}`, say);
        samples.left.push(left.length);
        for (const what of left) say(`    left behind: ${what}`);
      }
      return rowsOf('restore', samples);
    } finally {
      await engine.close();
    }
  },
};

/** Until the cluster is as a drill begins with it, which a reset waits for, too: until then its nodes may have taints. */
async function settle(kube: KubeApi, shape: ClusterRequest['shape'], signal: AbortSignal): Promise<void> {
  const settled = await retryUntil(systemClock, { withinMs: settledWithinMs, everyMs: 500, signal }, async () => {
    const unsettled = await findUnsettled(kube, shape.controlPlanes + shape.workers);
    return unsettled.length === 0 ? true : undefined;
  });
  if (settled === undefined) throw new Error(`the cluster did not settle within ${settledWithinMs / 1000} s`);
}

async function lookAndClose(cluster: Cluster): Promise<Look> {
  try {
    if (!cluster.restored) throw new Error('the cluster was made from nothing');
    return await lookAt(cluster);
  } finally {
    await cluster.close();
  }
}
