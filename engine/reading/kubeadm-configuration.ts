import { KubewrightError } from '../domain/errors.ts';
import type { KubeApi } from '../providers/provider.ts';

/** Where kubeadm keeps what it was configured with (cmd/kubeadm/app/constants): ConfigMaps of kube-system and their keys. */
const sources = [
  { name: 'kubeadm-config', key: 'ClusterConfiguration' },
  { name: 'kubelet-config', key: 'kubelet' },
  { name: 'kube-proxy', key: 'config.conf' },
];

/**
 * The configuration of the cluster as "kubeadm init --config" takes it: cluster, kubelets and kube-proxy, a document each.
 * Without the last two kubeadm would write its defaults over what the cluster had.
 * @throws FAULT_NOT_PROVEN when one is not there.
 */
export async function clusterConfiguration(kube: KubeApi): Promise<string> {
  const documents = await Promise.all(
    sources.map(async ({ name, key }) => {
      const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name };
      const text = (await kube.read<{ data?: Record<string, string> }>(ref))?.data?.[key];
      if (text !== undefined) return text;
      throw new KubewrightError('FAULT_NOT_PROVEN', `ConfigMap kube-system/${name} has no "${key}"`);
    }),
  );
  return documents.map((text) => `${text.trim()}\n`).join('---\n');
}
