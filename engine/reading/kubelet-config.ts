import { parse } from 'yaml';
import type { KubeApi, Node } from '../providers/provider.ts';

/** A KubeletConfiguration (kubelet.config.k8s.io/v1beta1), as far as anybody asks for its fields. */
export type KubeletConfig = Readonly<Record<string, unknown>>;

/** Where kubeadm writes it and the kubelet's unit reads it. */
export const kubeletConfigPath = '/var/lib/kubelet/config.yaml';

/** The file of the machine; in words, what is wrong with it, when it cannot be had. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readKubeletConfig(machine: Node): Promise<KubeletConfig | string> {
  const text = await machine.read(kubeletConfigPath);
  if (text === undefined) return `there is no ${kubeletConfigPath}`;
  try {
    const config: unknown = parse(text);
    return isMapping(config) ? config : `${kubeletConfigPath} is no mapping`;
  } catch {
    return `${kubeletConfigPath} is not valid YAML`;
  }
}

/**
 * What the kubelet that runs works with, flags and defaults included: it tells by way of the API server, at configz.
 * Undefined when it cannot be asked now, which says nothing about the configuration.
 */
export async function readRunningConfig(kube: KubeApi, node: string): Promise<KubeletConfig | undefined> {
  try {
    const { code, said } = await kube.askKubelet(node, 'configz');
    if (code !== 200) return undefined;
    const answer: unknown = JSON.parse(said);
    const config = isMapping(answer) ? answer['kubeletconfig'] : undefined;
    return isMapping(config) ? config : undefined;
  } catch {
    return undefined;
  }
}

/** The value at a path such as authentication.x509.clientCAFile; undefined when there is none. */
export function valueAt(config: KubeletConfig, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined), config);
}

function isMapping(value: unknown): value is KubeletConfig {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
