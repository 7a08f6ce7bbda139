import type { KubeApi } from '../providers/provider.ts';

/** The parts of Kubernetes objects that checks and faults read. */
export interface KubeNode {
  readonly metadata: { readonly name: string; readonly uid?: string };
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly conditions?: readonly KubeCondition[] };
}

export interface KubeCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

export interface KubePod {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly controller?: boolean }[];
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** Marks the API's picture of a static pod (k8s.io/api/core/v1, MirrorPodAnnotationKey). */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** A quorum read. */
export function readNode(kube: KubeApi, name: string): Promise<KubeNode | undefined> {
  return kube.read<KubeNode>({ apiVersion: 'v1', kind: 'Node', name });
}

/** True, False or Unknown, as the Ready condition says; Unknown without one. */
export function readiness(node: KubeNode): string {
  return node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status ?? 'Unknown';
}

/**
 * The pods that a drain has to move: on the node, not finished, and neither a DaemonSet's nor a mirror of a static pod
 * (the filters of kubectl drain, k8s.io/kubectl/pkg/drain/filters.go).
 */
export async function podsToMove(kube: KubeApi, node: string): Promise<KubePod[]> {
  const pods = await kube.list<KubePod>({ apiVersion: 'v1', kind: 'Pod' });
  return pods.filter(
    (pod) =>
      pod.spec?.nodeName === node &&
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed' &&
      pod.metadata.annotations?.[mirrorAnnotation] === undefined &&
      !pod.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.kind === 'DaemonSet'),
  );
}

export function podName(pod: KubePod): string {
  return `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`;
}
