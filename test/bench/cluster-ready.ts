import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ensureImages, ensureTools } from '../../clusters/images/index.ts';
import { defaultMinor } from '../../clusters/node-image/versions.ts';
import { compose } from '../../engine/compose.ts';
import { kindRoleLabel, networkName } from '../../engine/providers/kind/names.ts';
import type { ClusterRequest } from '../../engine/providers/provider.ts';
import { mustSucceed, systemExec } from '../../engine/system/exec.ts';
import { stateRoot } from '../../engine/system/paths.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { phases } from './phases.ts';
import { plainCluster } from './plain-cluster.ts';
import { reachLine } from './ready-line.ts';
import { networkUsage, ownCpuSeconds } from './usage.ts';

const within = { timeoutMs: 900_000 };
const session = 'bench';
/** Of a cluster that waits while that one is there. */
const nextSession = 'bench2';
const ownNetwork = networkName(session);
const kubeconfigOf = (name: string) => join(stateRoot(), 'sessions', name, 'kubeconfig');
/** Memory is looked at that long after the line, when all have come to rest; the same for all. */
const restMs = 20_000;

interface Sample {
  /** To the line. */
  readonly seconds: number;
  /** All processes: ours, and those in the machines. */
  readonly cpu: number;
  readonly mib: number;
  /** Of it, that of the machines: what Kubernetes itself takes. */
  readonly nodesMib: number;
}
/** What is made, and what is made in its place once it was taken down; that one's time has the taking down in it. */
interface Pair {
  readonly made: Sample;
  readonly again: Sample;
}

export const clusterReady: Bench = {
  name: 'cluster-ready',
  about:
    'to all nodes Ready, a pod Running on each of two workers and DNS answering in it; plain kind and ours in turn',
  async run({ turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { provider } = compose();
    const deps = { exec: systemExec, progress: say, signal };
    const { kind } = await ensureTools(deps);
    const { node } = await ensureImages(deps, { minor: defaultMinor });
    // Made before anything is timed: how long that takes is a figure of its own.
    const bakedAt = performance.now();
    await ours({ golden: 'make' });
    await provider.destroy(session);
    say(
      `  a golden state and the first cluster restored from it: ${((performance.now() - bakedAt) / 1000).toFixed(1)} s`,
    );
    const kinds: Pair[] = [];
    const freshes: Sample[] = [];
    const restored: Pair[] = [];
    const claims: Pair[] = [];
    for (const _ of turns()) {
      kinds.push(await plainKind());
      freshes.push(await fresh());
      restored.push(await restore());
      claims.push(await claim());
    }
    const kindMade = kinds.map(({ made }) => made);
    const kindAgain = kinds.map(({ again }) => again);
    const restoredMade = restored.map(({ made }) => made);
    const units = { seconds: 's', cpu: 'CPU s', mib: 'MiB', nodesMib: 'MiB' } as const;
    const row = (name: string, figure: keyof Sample, ours: Sample[], baseline: Sample[]): Measurement => ({
      ...{ name, unit: units[figure] },
      ...{ ours: ours.map((it) => it[figure]), baseline: baseline.map((it) => it[figure]) },
    });
    return [
      row('ready, fresh', 'seconds', freshes, kindMade),
      row('ready, fresh: processor', 'cpu', freshes, kindMade),
      row('ready, restored', 'seconds', restoredMade, kindMade),
      row('ready, restored: processor', 'cpu', restoredMade, kindMade),
      row(
        'ready, one that waited',
        'seconds',
        claims.map(({ made }) => made),
        kindMade,
      ),
      row(
        'ready again after taking it down',
        'seconds',
        restored.map(({ again }) => again),
        kindAgain,
      ),
      row(
        'ready again, one that waited, the other standing still',
        'seconds',
        claims.map(({ again }) => again),
        kindAgain,
      ),
      row('memory of a session, fresh', 'mib', freshes, kindMade),
      row('memory of a session, restored', 'mib', restoredMade, kindMade),
      row('memory of a session, restored: its nodes', 'nodesMib', restoredMade, kindMade),
    ];

    function request(how: Partial<ClusterRequest> & Pick<ClusterRequest, 'golden'>): ClusterRequest {
      return { ...plainCluster(session, { golden: how.golden, signal, progress: phases(say) }), ...how };
    }

    /** @param before taken along in the time: what has to be out of the way first */
    async function measure(
      name: string,
      network: string,
      /** Returns the path of a kubeconfig. */
      make: () => Promise<string>,
      { before = async () => {}, rests = false }: { before?: () => Promise<void>; rests?: boolean } = {},
    ): Promise<Sample> {
      signal.throwIfAborted();
      const [at, cpu] = [performance.now(), ownCpuSeconds()];
      await before();
      const kubeconfig = await make();
      const made = (performance.now() - at) / 1000;
      await reachLine(await readFile(kubeconfig, 'utf8'), signal);
      const seconds = (performance.now() - at) / 1000;
      const own = ownCpuSeconds() - cpu;
      const { cpuSeconds } = await networkUsage(network);
      if (rests) await new Promise((resolve) => setTimeout(resolve, restMs));
      const { mib } = await networkUsage(network);
      const { mib: nodesMib } = await networkUsage(network, kindRoleLabel);
      const sample = { seconds, cpu: own + cpuSeconds, mib, nodesMib };
      say(
        `  ${name}: made ${made.toFixed(1)} s, line ${seconds.toFixed(2)} s, ${sample.cpu.toFixed(1)} CPU s, ${mib.toFixed(0)} MiB`,
      );
      return sample;
    }

    async function ours(how: Partial<ClusterRequest> & Pick<ClusterRequest, 'golden'>): Promise<string> {
      const made = request(how);
      const cluster = await provider.create(made);
      await cluster.close();
      if (cluster.restored !== (how.golden !== 'never'))
        throw new Error('the cluster was made in another way than asked');
      return kubeconfigOf(made.session);
    }

    async function fresh(): Promise<Sample> {
      try {
        return await measure('fresh', ownNetwork, () => ours({ golden: 'never' }), { rests: true });
      } finally {
        await provider.destroy(session);
      }
    }

    async function restore(): Promise<Pair> {
      const make = () => ours({ golden: 'make' });
      try {
        const made = await measure('restored', ownNetwork, make, { rests: true });
        const before = () => provider.destroy(session);
        return { made, again: await measure('restored again', ownNetwork, make, { before }) };
      } finally {
        await provider.destroy(session);
      }
    }

    /** One that waited, and another that waited in its place, as a reset takes it. */
    async function claim(): Promise<Pair> {
      try {
        const first = await ahead(session);
        // As what waits does nearly all of the time.
        await provider.standStill(session);
        const adopt = async (taken: string) => {
          const { shape, probes, markers } = request({ golden: 'make' });
          await (await provider.adopt({ session: taken, shape, probes, markers })).close();
        };
        const made = await measure('one that waited', ownNetwork, async () => {
          await adopt(session);
          return first;
        });
        const second = await ahead(nextSession);
        await provider.standStill(nextSession);
        let stopped: Promise<void> | undefined;
        const again = await measure('one that waited, in place of another', networkName(nextSession), async () => {
          // As a reset does: taken down is the former one when the new one is ready for the learner.
          stopped = provider.standStill(session);
          await adopt(nextSession);
          return second;
        });
        await stopped;
        return { made, again };
      } finally {
        await provider.destroy(session);
        await provider.destroy(nextSession);
      }
    }

    /** A cluster that waits, and has come to the line before. */
    async function ahead(name: string): Promise<string> {
      const kubeconfig = await ours({ session: name, golden: 'make', ahead: true });
      await reachLine(await readFile(kubeconfig, 'utf8'), signal);
      return kubeconfig;
    }

    async function plainKind(): Promise<Pair> {
      const name = 'bench-plain-kind';
      const folder = await mkdtemp(join(tmpdir(), 'kubewright-bench-'));
      const kubeconfig = ['--kubeconfig', join(folder, 'kubeconfig')];
      const env = { KIND_EXPERIMENTAL_DOCKER_NETWORK: name };
      const config = stringify({
        kind: 'Cluster',
        apiVersion: 'kind.x-k8s.io/v1alpha4',
        nodes: [{ role: 'control-plane' }, { role: 'worker' }, { role: 'worker' }],
      });
      const remove = async () => {
        await mustSucceed(systemExec, [kind, 'delete', 'cluster', '--name', name, ...kubeconfig], within);
      };
      const make = async () => {
        const argv = [kind, 'create', 'cluster', '--name', name, '--image', node, '--config', '-'];
        await mustSucceed(systemExec, [...argv, ...kubeconfig], { ...within, env, input: config, signal });
        return join(folder, 'kubeconfig');
      };
      try {
        const made = await measure('plain kind', name, make, { rests: true });
        return { made, again: await measure('plain kind again', name, make, { before: remove }) };
      } finally {
        await remove();
        await systemExec.run(['docker', 'network', 'rm', name]);
        await rm(folder, { recursive: true, force: true });
      }
    }
  },
};
