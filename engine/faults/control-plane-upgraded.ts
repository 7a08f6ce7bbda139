import { z } from 'zod';
import { readKubeadmConfig, readKubelet, readStaticPod } from '../reading/component-version.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** The first control plane to be upgraded. */
  node: z.string().min(1),
  /** A release such as "1.35.4"; its variable is filled in when a session begins. */
  version: z.string().regex(/^(\d+\.\d+\.\d+|\$\{\w+\})$/, 'write a whole release such as "1.35.4", or its variable'),
  /** What kubeadm needs to be told on this host, e.g. "${KUBEADM_FLAGS}"; may be empty. */
  kubeadmFlags: z.string().optional(),
});

/** The revision that pkgs.k8s.io and the nodes' own repositories give a package first. */
const revision = '1.1';
/** The published order: kubeadm, the control plane with it, kubelet and kubectl. $3 is a list of words and left unquoted. */
const script = `set -e
apt-mark unhold kubeadm
apt-get update
apt-get install --yes "kubeadm=$1-$2"
apt-mark hold kubeadm
kubeadm upgrade apply "v$1" --yes $3
apt-mark unhold kubelet kubectl
apt-get install --yes "kubelet=$1-$2" "kubectl=$1-$2"
apt-mark hold kubelet kubectl
systemctl daemon-reload
systemctl restart kubelet`;

/** kubeadm alone gives each of the four components up to five minutes; measured are three for all of it. */
const upgradeWithinMs = 900_000;
const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

export const controlPlaneUpgradedFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'control-plane-upgraded',
  summary: 'A colleague has upgraded the first control plane, with kubeadm, and left the others to you.',
  schema,
  async apply(context, spec) {
    const argv = ['bash', '-c', script, 'upgrade', spec.version, revision, spec.kubeadmFlags ?? ''];
    const result = await context
      .machine(spec.node)
      .exec(argv, { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: upgradeWithinMs, signal: context.signal });
    if (result.exitCode !== 0) throw commandFailed(result);
  },
  /** Asks the cluster, not the machine: the pods that run, what the kubelet reports, and kubeadm's own configuration. */
  async prove(context, spec) {
    const wanted = `v${spec.version}`;
    const found = await Promise.all([
      ...components.map(async (name) => ({ name, ...(await readStaticPod(context.kube, name, spec.node)) })),
      readKubelet(context.kube, spec.node).then((it) => ({ name: 'kubelet', ...it })),
      readKubeadmConfig(context.kube).then((it) => ({ name: 'kubeadm-config', ...it })),
    ]);
    const words = found.map(
      ({ name, version = 'missing', notYet }) => `${name} ${version}${notYet === undefined ? '' : ` (${notYet})`}`,
    );
    return {
      holds: found.every(({ version, notYet }) => version === wanted && notYet === undefined),
      seen: `on ${spec.node}: ${words.join(', ')}`,
    };
  },
  proveWithinMs: 180_000,
};
