import { z } from 'zod';
import { type KubePod, podName, podsToMove, readNode } from '../reading/kube-objects.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({ node: z.string().min(1) });

/** The colleague's account on the student host; the provider puts their kubeconfig there (identities.ops). */
const user = 'ops';
const kubeconfig = '/home/ops/.kube/config';
const log = '/home/ops/drain.log';

/**
 * Starts the drain so that it outlives the exec that starts it, and everybody may read what it prints. The name of the
 * node is an argument, not part of the script.
 */
const script = `umask 022
: > ${log}
KUBECONFIG=${kubeconfig} setsid nohup kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data > ${log} 2>&1 < /dev/null &`;

const startWithinMs = 15_000;
const askWithinMs = 15_000;

export const drainHangingFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'drain-hanging',
  summary: "A colleague's kubectl drain hangs on the student host, held up by a PodDisruptionBudget.",
  schema,
  async apply(context, spec) {
    const result = await context
      .machine('student')
      .exec(['sh', '-c', script, 'sh', spec.node], { user, timeoutMs: startWithinMs, signal: context.signal });
    if (result.exitCode !== 0) throw commandFailed(result);
  },
  /**
   * Holds when nothing moves any more: the node is cordoned, the drain runs, and every pod that is left is held by a
   * budget that allows nothing although all its pods are healthy. (A budget that is only waiting for a replacement to
   * become Ready also says no, but for a moment.)
   */
  async prove(context, spec) {
    const node = await readNode(context.kube, spec.node);
    if (node?.spec?.unschedulable !== true) return { holds: false, seen: `node ${spec.node} is not cordoned` };
    const left = await podsToMove(context.kube, spec.node);
    if (left.length === 0) return { holds: false, seen: `no pod is left on ${spec.node}: nothing holds the drain up` };
    const budgets = await context.kube.list<Budget>({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' });
    const output = (await context.machine('student').read(log)) ?? '';
    const moving = left.filter((pod) => !budgets.some((budget) => holdsForGood(budget, pod)) || !refused(output, pod));
    const names = (pods: readonly KubePod[]) => pods.map(podName).join(', ');
    if (moving.length > 0) {
      return { holds: false, seen: `the drain of ${spec.node} still moves ${names(moving)}; log: ${lastLine(output)}` };
    }
    if (!(await isRunning(context, spec.node))) {
      return { holds: false, seen: `the drain of ${spec.node} has ended; log: ${lastLine(output)}` };
    }
    return {
      holds: true,
      seen: `node ${spec.node} is cordoned; the drain runs and is refused by the budget of ${names(left)}`,
    };
  },
  // Evicting the other pods of the node one after the other, each replaced before the next may go.
  proveWithinMs: 180_000,
};

interface Budget {
  readonly metadata: { readonly namespace?: string; readonly generation?: number };
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly expectedPods?: number;
  };
}

function holdsForGood(budget: Budget, pod: KubePod): boolean {
  const labels = Object.entries(budget.spec?.selector?.matchLabels ?? {});
  const status = budget.status ?? {};
  return (
    budget.metadata.namespace === pod.metadata.namespace &&
    labels.length > 0 &&
    labels.every(([key, value]) => pod.metadata.labels?.[key] === value) &&
    status.observedGeneration === budget.metadata.generation &&
    status.disruptionsAllowed === 0 &&
    (status.currentHealthy ?? 0) >= (status.expectedPods ?? Number.POSITIVE_INFINITY)
  );
}

/** kubectl: error when evicting pods/"api-…" -n "shop" (will retry after 5s): Cannot evict pod as it would violate … */
function refused(output: string, pod: KubePod): boolean {
  return output
    .split('\n')
    .some((line) => line.includes(`"${pod.metadata.name}"`) && line.includes('Cannot evict pod as it would violate'));
}

async function isRunning(context: FaultContext, node: string): Promise<boolean> {
  const argv = ['pgrep', '-u', user, '-f', `^kubectl drain ${node} `];
  const result = await context.machine('student').exec(argv, { timeoutMs: askWithinMs, signal: context.signal });
  // pgrep: 0 found, 1 nothing matched, above that it could not look.
  if (result.exitCode > 1) throw commandFailed(result);
  return result.exitCode === 0;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
