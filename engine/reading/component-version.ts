import { parse } from 'yaml';
import type { KubeApi, Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import { readNode } from './kube-objects.ts';

/** What of a component says its version, and whether that version is at work. */
export interface ComponentVersion {
  /** As the component itself or its image tag has it, such as v1.35.4; undefined when there is no such component. */
  readonly version: string | undefined;
  /** Why it is not at work yet in this version, in words; undefined when it is. */
  readonly notYet?: string;
}

const system = 'kube-system';
const askWithinMs = 20_000;

/** A static pod of kubeadm as the API server mirrors it, i.e. as the kubelet runs it. A quorum read. */
export async function readStaticPod(kube: KubeApi, component: string, node: string): Promise<ComponentVersion> {
  const pod = await kube.read<PodObject>({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: system,
    name: `${component}-${node}`,
  });
  const version = tagOf(pod?.spec?.containers?.[0]?.image);
  const ready = pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  return { version, ...(pod === undefined || ready ? {} : { notYet: 'its pod is not Ready' }) };
}

/** kubeadm's add-on that runs on every node. A quorum read. */
export async function readKubeProxy(kube: KubeApi): Promise<ComponentVersion> {
  const set = await kube.read<DaemonSetObject>({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    namespace: system,
    name: 'kube-proxy',
  });
  const {
    desiredNumberScheduled = 0,
    updatedNumberScheduled = 0,
    numberReady = 0,
    observedGeneration = 0,
  } = set?.status ?? {};
  const generation = set?.metadata.generation ?? 0;
  const rolled =
    observedGeneration >= generation &&
    updatedNumberScheduled >= desiredNumberScheduled &&
    numberReady >= desiredNumberScheduled;
  return imageOf(
    set,
    rolled,
    `${Math.min(updatedNumberScheduled, numberReady)} of ${desiredNumberScheduled} pods are new and Ready`,
  );
}

/** kubeadm's DNS add-on. A quorum read. */
export async function readCoreDns(kube: KubeApi): Promise<ComponentVersion> {
  const deployment = await kube.read<DeploymentObject>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: system,
    name: 'coredns',
  });
  const wanted = deployment?.spec?.replicas ?? 1;
  const { updatedReplicas = 0, readyReplicas = 0, observedGeneration = 0 } = deployment?.status ?? {};
  const generation = deployment?.metadata.generation ?? 0;
  const rolled = observedGeneration >= generation && updatedReplicas >= wanted && readyReplicas >= wanted;
  return imageOf(deployment, rolled, `${Math.min(updatedReplicas, readyReplicas)} of ${wanted} pods are new and Ready`);
}

/** kubernetesVersion in kubeadm's own ConfigMap: what the next "kubeadm upgrade node" or join goes by. A quorum read. */
export async function readKubeadmConfig(kube: KubeApi): Promise<ComponentVersion> {
  const map = await kube.read<{ data?: Record<string, string> }>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: system,
    name: 'kubeadm-config',
  });
  const config: unknown = parse(map?.data?.['ClusterConfiguration'] ?? 'null');
  const version =
    config !== null && typeof config === 'object' && 'kubernetesVersion' in config
      ? config.kubernetesVersion
      : undefined;
  return { version: typeof version === 'string' ? version : undefined };
}

/** What the kubelet that runs reports of itself, not its program file. A quorum read. */
export async function readKubelet(kube: KubeApi, name: string): Promise<ComponentVersion> {
  const node = (await readNode(kube, name)) as
    | { readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string } } }
    | undefined;
  return { version: node?.status?.nodeInfo?.kubeletVersion };
}

const versionArguments = {
  kubeadm: ['version', '--output=short'],
  kubelet: ['--version'],
  kubectl: ['version', '--client'],
} as const;
export type Program = keyof typeof versionArguments;

/** What the program file on the machine says of itself. @throws COMMAND_FAILED when it does not. */
export async function readProgram(machine: Node, program: Program): Promise<ComponentVersion> {
  const result = await machine.exec([program, ...versionArguments[program]], { timeoutMs: askWithinMs });
  // kubeadm: "v1.35.4", kubelet: "Kubernetes v1.35.4", kubectl: "Client Version: v1.35.4" and more lines.
  const version = /\bv\d+\.\d+\.\d+\S*/.exec(result.stdout)?.[0];
  if (result.exitCode !== 0 || version === undefined) throw commandFailed(result);
  return { version };
}

interface Container {
  readonly image?: string;
}
interface PodObject {
  readonly spec?: { readonly containers?: readonly Container[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
interface Templated {
  readonly metadata: { readonly generation?: number };
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
}
interface DaemonSetObject extends Templated {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
  };
}
interface DeploymentObject extends Templated {
  readonly spec?: Templated['spec'] & { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

function imageOf(object: Templated | undefined, rolled: boolean, progress: string): ComponentVersion {
  const version = tagOf(object?.spec?.template?.spec?.containers?.[0]?.image);
  return { version, ...(object === undefined || rolled ? {} : { notYet: progress }) };
}

/** "v1.35.4" of "registry.k8s.io/kube-apiserver:v1.35.4@sha256:…". */
function tagOf(image: string | undefined): string | undefined {
  const [name = ''] = (image ?? '').split('@');
  return /:([\w][\w.-]*)$/.exec(name)?.[1];
}
