import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ensureImages, ensureTools } from '../../clusters/images/index.ts';
import { defaultMinor } from '../../clusters/node-image/versions.ts';
import { compose } from '../../engine/compose.ts';
import type { GoldenUse } from '../../engine/providers/provider.ts';
import { mustSucceed, systemExec } from '../../engine/system/exec.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { containerCpuSeconds, ownCpuSeconds } from './cpu.ts';
import { plainCluster } from './plain-cluster.ts';

const within = { timeoutMs: 900_000 };

/**
 * The line: every node Ready, a new pod Running on each worker, and DNS answering in each. Asked in the same way of all
 * clusters, on their first control plane.
 */
const line = `
export KUBECONFIG=/etc/kubernetes/admin.conf
until [ "$(kubectl get nodes --no-headers 2>/dev/null | wc -l)" = 3 ] && kubectl wait nodes --all --for=condition=Ready --timeout=600s
do sleep 0.2; done
kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: bench, namespace: default }
spec:
  selector: { matchLabels: { app: bench } }
  template:
    metadata: { labels: { app: bench } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: app, image: "kubewright.local/app:1" }]
YAML
kubectl rollout status daemonset/bench --timeout=600s
pods=$(kubectl get pods --selector app=bench --output name)
[ "$(echo "$pods" | wc -w)" = 2 ]
for pod in $pods; do
  until kubectl exec "$pod" -- busybox nslookup kubernetes.default.svc.cluster.local >/dev/null 2>&1; do sleep 0.2; done
done`;

interface Sample {
  readonly seconds: number;
  readonly cpu: number;
}

export const clusterReady: Bench = {
  name: 'cluster-ready',
  about: 'from nothing to all nodes Ready, a new pod Running on each of two workers and DNS answering in it',
  async run({ rounds, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { provider } = compose();
    const deps = { exec: systemExec, progress: say, signal };
    const { kind } = await ensureTools(deps);
    const { node } = await ensureImages(deps, { minor: defaultMinor });
    // Made before anything is timed: how long that takes is a figure of its own.
    const bakedAt = performance.now();
    const bakeCpu = ownCpuSeconds();
    await ours('make');
    say(
      `  a golden state and the first cluster restored from it: ${((performance.now() - bakedAt) / 1000).toFixed(1)} s`,
    );
    say(`  (${(ownCpuSeconds() - bakeCpu).toFixed(1)} CPU s of our own processes)`);
    const samples: Record<'kind' | 'fresh' | 'restored', Sample[]> = { kind: [], fresh: [], restored: [] };
    for (let round = 0; round < rounds; round++) {
      samples.kind.push(await plainKind());
      samples.fresh.push(await ours('never'));
      samples.restored.push(await ours('make'));
    }
    const of = (name: keyof typeof samples, figure: keyof Sample) => samples[name].map((sample) => sample[figure]);
    return (['fresh', 'restored'] as const).flatMap((name): Measurement[] => [
      { name: `ready, ${name}`, unit: 's', ours: of(name, 'seconds'), baseline: of('kind', 'seconds') },
      { name: `ready, ${name}: processor`, unit: 'CPU s', ours: of(name, 'cpu'), baseline: of('kind', 'cpu') },
    ]);

    async function measure(name: string, network: string, make: () => Promise<string>): Promise<Sample> {
      signal.throwIfAborted();
      const [at, cpu] = [performance.now(), ownCpuSeconds()];
      const controlPlane = await make();
      const made = (performance.now() - at) / 1000;
      await mustSucceed(systemExec, ['docker', 'exec', controlPlane, 'bash', '-euc', line], within);
      const sample = {
        seconds: (performance.now() - at) / 1000,
        cpu: ownCpuSeconds() - cpu + (await containerCpuSeconds(network)),
      };
      say(`  ${name}: made ${made.toFixed(1)} s, line ${sample.seconds.toFixed(1)} s, ${sample.cpu.toFixed(1)} CPU s`);
      return sample;
    }

    async function ours(golden: GoldenUse): Promise<Sample> {
      const session = 'bench';
      const startedAt = performance.now();
      try {
        return await measure(golden === 'never' ? 'fresh' : 'restored', `kubewright-${session}`, async () => {
          const progress = (text: string) =>
            say(`    ${((performance.now() - startedAt) / 1000).toFixed(1)} s ${text}`);
          const cluster = await provider.create(plainCluster(session, { golden, signal, progress }));
          await cluster.close();
          if (cluster.restored !== (golden !== 'never'))
            throw new Error('the cluster was made in another way than asked');
          return `kubewright-${session}-control-plane`;
        });
      } finally {
        await provider.destroy(session);
      }
    }

    async function plainKind(): Promise<Sample> {
      const name = 'bench-plain-kind';
      const folder = await mkdtemp(join(tmpdir(), 'kubewright-bench-'));
      const kubeconfig = ['--kubeconfig', join(folder, 'kubeconfig')];
      const env = { KIND_EXPERIMENTAL_DOCKER_NETWORK: name };
      const config = stringify({
        kind: 'Cluster',
        apiVersion: 'kind.x-k8s.io/v1alpha4',
        nodes: [{ role: 'control-plane' }, { role: 'worker' }, { role: 'worker' }],
      });
      try {
        return await measure('plain kind', name, async () => {
          const argv = [kind, 'create', 'cluster', '--name', name, '--image', node, '--config', '-'];
          await mustSucceed(systemExec, [...argv, ...kubeconfig], { ...within, env, input: config, signal });
          return `${name}-control-plane`;
        });
      } finally {
        await mustSucceed(systemExec, [kind, 'delete', 'cluster', '--name', name, ...kubeconfig], within);
        await systemExec.run(['docker', 'network', 'rm', name]);
        await rm(folder, { recursive: true, force: true });
      }
    }
  },
};
