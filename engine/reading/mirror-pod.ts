import type { KubeApi } from '../providers/provider.ts';
import type { KubePod } from './kube-objects.ts';

/** Marks the API's picture of a static pod (k8s.io/api/core/v1, MirrorPodAnnotationKey). */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export interface PodObject extends KubePod {
  readonly metadata: KubePod['metadata'] & { readonly deletionTimestamp?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** A quorum read. */
export function readPod(kube: KubeApi, namespace: string, name: string): Promise<PodObject | undefined> {
  return kube.read<PodObject>({ apiVersion: 'v1', kind: 'Pod', namespace, name });
}

/** Whether it is the picture of a static pod, which its kubelet runs from a file and puts into the API for a look. */
export function isMirror(pod: KubePod): boolean {
  return pod.metadata.annotations?.[mirrorAnnotation] !== undefined;
}
