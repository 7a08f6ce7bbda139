import { KubewrightError } from '../../domain/errors.ts';
import type { KubeApi } from '../../providers/provider.ts';
import { retryUntil } from '../../system/clock.ts';
import { conditionTaints } from '../condition-taints.ts';
import { clusterOf, type DrillContext } from '../drill-context.ts';
import type { Step } from '../step-runner.ts';

/** Three nodes with their applications need about 40 s on two idle cores. */
const settledWithinMs = 300_000;

interface NodeObject {
  metadata: { name: string };
  spec: { unschedulable?: boolean; taints?: { key: string }[] };
  status: { conditions: { type: string; status: string }[] };
}
interface WorkloadObject {
  metadata: { name: string; namespace: string };
  spec: { replicas?: number };
  status?: {
    availableReplicas?: number;
    numberAvailable?: number;
    desiredNumberScheduled?: number;
    updatedReplicas?: number;
  };
}
interface PodObject {
  metadata: { name: string; namespace: string };
  status: { phase: string; conditions?: { type: string; status: string }[] };
}

export const steadyState: Step<DrillContext> = {
  name: 'steady-state',
  title: 'Waiting until everything is healthy',
  async setup(context, detail) {
    const { controlPlanes, workers } = context.drill.shape;
    await settle({ ...context, kube: clusterOf(context).kube }, controlPlanes + workers, detail);
  },
};

/**
 * Until nothing of a cluster is unsettled any more; says meanwhile what is.
 * @throws KubewrightError STEADY_STATE_FAILED after 5 minutes
 */
export async function settle(
  { kube, clock, signal }: Pick<DrillContext, 'clock' | 'signal'> & { readonly kube: KubeApi },
  nodeCount: number,
  detail: (text: string) => void,
): Promise<void> {
  let unsettled: string[] = [];
  const settled = await retryUntil(clock, { withinMs: settledWithinMs, everyMs: 1_000, signal }, async () => {
    // A young API server may miss a question; what counts is that it settles in time.
    unsettled = await findUnsettled(kube, nodeCount).catch((error: unknown) => [
      error instanceof Error ? error.message : String(error),
    ]);
    if (unsettled.length === 0) return true;
    detail(unsettled[0] ?? '');
    return undefined;
  });
  if (settled === undefined)
    throw new KubewrightError('STEADY_STATE_FAILED', `the cluster did not settle: ${unsettled.join('; ')}`);
}

/** What of a cluster is not as it is when nothing has happened to it, in words: nodes, and all that runs on them. */
export async function findUnsettled(kube: KubeApi, nodeCount: number): Promise<string[]> {
  const [nodes, deployments, daemonSets, pods] = await Promise.all([
    kube.list<NodeObject>({ apiVersion: 'v1', kind: 'Node' }),
    kube.list<WorkloadObject>({ apiVersion: 'apps/v1', kind: 'Deployment' }),
    kube.list<WorkloadObject>({ apiVersion: 'apps/v1', kind: 'DaemonSet' }),
    kube.list<PodObject>({ apiVersion: 'v1', kind: 'Pod' }),
  ]);
  const isTrue = (conditions: { type: string; status: string }[] | undefined, type: string) =>
    conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
  return [
    ...(nodes.length === nodeCount ? [] : [`${nodes.length} of ${nodeCount} nodes have joined`]),
    ...nodes
      .filter((node) => !isTrue(node.status.conditions, 'Ready'))
      .map((node) => `node ${node.metadata.name} is not Ready`),
    ...nodes.filter((node) => node.spec.unschedulable === true).map((node) => `node ${node.metadata.name} is cordoned`),
    ...nodes.flatMap((node) =>
      conditionTaints(node).map((taint) => `node ${node.metadata.name} does not take pods yet (taint ${taint})`),
    ),
    ...deployments
      .filter((deployment) => (deployment.status?.availableReplicas ?? 0) < (deployment.spec.replicas ?? 1))
      .map(
        (deployment) => `deployment ${deployment.metadata.namespace}/${deployment.metadata.name} is not available yet`,
      ),
    ...daemonSets
      .filter(({ status }) => (status?.numberAvailable ?? 0) < (status?.desiredNumberScheduled ?? 1))
      .map((set) => `daemon set ${set.metadata.namespace}/${set.metadata.name} is not available yet`),
    ...pods
      .filter((pod) => pod.status.phase !== 'Succeeded' && !isTrue(pod.status.conditions, 'Ready'))
      .map((pod) => `pod ${pod.metadata.namespace}/${pod.metadata.name} is not Ready`),
  ];
}
