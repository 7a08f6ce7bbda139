import { KubewrightError } from '../../domain/errors.ts';
import { retryUntil } from '../../system/clock.ts';
import { conditionTaints } from '../condition-taints.ts';
import { clusterOf, type DrillContext } from '../drill-context.ts';
import type { Step } from '../step-runner.ts';

const admittedWithinMs = 60_000;
const nodesWithinMs = 180_000;

interface NodeObject {
  metadata: { name: string };
  spec: { taints?: { key: string }[] };
  status: { conditions?: { type: string; status: string }[] };
}

export const deployWorkloads: Step<DrillContext> = {
  name: 'deploy-workloads',
  title: 'Deploying the applications',
  async setup(context, detail) {
    const { kube } = clusterOf(context);
    if (context.drill.manifests.length > 0) await waitForNodes(context, detail);
    for (const manifest of context.drill.manifests) {
      // A young cluster refuses pods until the controller has made the namespace's service account: try until it is there.
      let refusal: unknown;
      const applied = await retryUntil(
        context.clock,
        { withinMs: admittedWithinMs, everyMs: 500, signal: context.signal },
        async () => {
          try {
            await kube.apply(manifest);
            return true;
          } catch (error) {
            refusal = error;
            return undefined;
          }
        },
      );
      if (applied === undefined) {
        throw new KubewrightError('STEADY_STATE_FAILED', `an application was refused: ${String(refusal)}`, {
          cause: refusal,
        });
      }
    }
  },
};

/**
 * Pods are spread over the nodes that take them at the moment they are made: an application deployed while a node is not
 * ready yet would stand on the others for the rest of the drill.
 */
async function waitForNodes(context: DrillContext, detail: (text: string) => void): Promise<void> {
  const { kube } = clusterOf(context);
  const { controlPlanes, workers } = context.drill.shape;
  let missing = '';
  const all = await retryUntil(
    context.clock,
    { withinMs: nodesWithinMs, everyMs: 500, signal: context.signal },
    async () => {
      const nodes = await kube.list<NodeObject>({ apiVersion: 'v1', kind: 'Node' }).catch(() => []);
      const waiting = nodes.find((node) => !takesPods(node));
      if (nodes.length === controlPlanes + workers && waiting === undefined) return true;
      missing =
        waiting === undefined
          ? `${nodes.length} of ${controlPlanes + workers} nodes have joined`
          : `node ${waiting.metadata.name} does not take pods yet`;
      detail(missing);
      return undefined;
    },
  );
  if (all === undefined) throw new KubewrightError('STEADY_STATE_FAILED', `the cluster did not settle: ${missing}`);
}

function takesPods(node: NodeObject): boolean {
  const ready = node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  return ready && conditionTaints(node).length === 0;
}
