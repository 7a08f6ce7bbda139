import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { askReadiness } from '../reading/api-server-on-node.ts';
import { readContainers, readExitCode } from '../reading/containers.ts';
import { readLeadership } from '../reading/leases.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const schema = z
  .strictObject({
    node: z.string().min(1),
    /** The static pod, such as kube-apiserver; its manifest has the same name. */
    component: z.enum(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']),
    /** Texts of the manifest that become others, each found exactly once. */
    change: z
      .array(z.strictObject({ find: z.string().min(1), put: z.string() }))
      .min(1)
      .optional(),
    /** The manifest is moved out of the manifests folder to this path. */
    moveTo: z.string().startsWith('/').optional(),
  })
  .refine((spec) => (spec.change === undefined) !== (spec.moveTo === undefined), {
    message: 'say what happens to the manifest: either change or moveTo',
  });
type Spec = z.infer<typeof schema>;

const manifests = '/etc/kubernetes/manifests';
const writeWithinMs = 15_000;
const askWithinMs = 15_000;
/** The kubelet has long tried to start the pod by then. */
const nothingComesMs = 30_000;
/** A leader that has not renewed its lease for 15 s leads no more; a little longer, so that it is not one late renewal. */
const leaseLostMs = 20_000;

/** Through a file outside the folder: the kubelet would take a half-written or second file in it for a pod. */
const replaceScript =
  'umask 077; new=$(mktemp /etc/kubernetes/.XXXXXX) && cat > "$new" && chmod --reference="$1" "$new" && mv -f "$new" "$1"';

export const staticPodBrokenFault: FaultDefinition<Spec> = {
  kind: 'static-pod-broken',
  summary: 'The manifest of a static pod of the control plane is damaged or gone, and the component is down.',
  schema,
  async apply(context, spec) {
    const machine = context.machine(spec.node);
    const path = pathOf(spec);
    if (spec.moveTo !== undefined) {
      await run(machine, ['mv', '--no-clobber', path, spec.moveTo], context.signal);
      return;
    }
    const text = await machine.read(path);
    if (text === undefined) throw unfit(`there is no ${path} on ${spec.node}`);
    const damaged = (spec.change ?? []).reduce((sum, { find, put }) => {
      const found = sum.split(find).length - 1;
      if (found !== 1) throw unfit(`"${find}" is ${found} times in ${path} on ${spec.node}, not once`);
      return sum.replace(find, () => put);
    }, text);
    await run(machine, ['sh', '-c', replaceScript, 'sh', path], context.signal, damaged);
  },
  /** Holds when what the kubelet made of the manifest ends with an error, or it makes nothing, and the component does no work. */
  async prove(context, spec) {
    const container = await proveBroken(context, spec);
    if (!container.holds) return container;
    const work = await proveIdle(context, spec);
    return { holds: work.holds, seen: `${container.seen}; ${work.seen}` };
  },
  // Ending the old container 30 s at most, several attempts of the new one, and the lease of the old leader.
  proveWithinMs: 150_000,
};

/** A container that was there before the change ends as it was told to: what counts is the one after it. */
async function proveBroken(context: FaultContext, spec: Spec): Promise<FaultProof> {
  const machine = context.machine(spec.node);
  const changedAt = await readChange(machine, spec.moveTo ?? pathOf(spec));
  const newest = (await readContainers(machine, spec.component))[0];
  const what = `the container of ${spec.component} on ${spec.node}`;
  if (newest?.running === true) return { holds: false, seen: `${what} runs` };
  if (newest === undefined || newest.createdAt < changedAt || spec.moveTo !== undefined) {
    const holds = context.clock.now() - changedAt > nothingComesMs || spec.moveTo !== undefined;
    return { holds, seen: `${what} is gone and none has taken its place` };
  }
  const exitCode = await readExitCode(machine, newest.id);
  return { holds: exitCode !== undefined && exitCode !== 0, seen: `${what} ended with exit code ${exitCode ?? '?'}` };
}

/** When the file was written, wall clock ms, in whole seconds. */
async function readChange(machine: Node, path: string): Promise<number> {
  const result = await machine.exec(['stat', '--format=%Z', path], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  return Number(result.stdout.trim()) * 1000;
}

/** What the component is there for: the API server and etcd answer, the others hold their lease. */
async function proveIdle(context: FaultContext, spec: Spec): Promise<FaultProof> {
  if (spec.component === 'etcd' || spec.component === 'kube-apiserver') {
    const answer = await askReadiness(context.machine(spec.node));
    return { holds: !answer.ready, seen: `the API server on ${spec.node} ${answer.said}` };
  }
  const lease = await readLeadership(context.kube, spec.component);
  const idleMs = context.clock.now() - (lease?.renewedAt ?? 0);
  return { holds: idleMs > leaseLostMs, seen: `its lease was renewed ${Math.round(idleMs / 1000)} s ago` };
}

function pathOf(spec: Spec): string {
  return `${manifests}/${spec.component}.yaml`;
}

async function run(
  machine: Node,
  argv: readonly string[],
  signal: AbortSignal | undefined,
  input?: string,
): Promise<void> {
  const result = await machine.exec(argv, {
    timeoutMs: writeWithinMs,
    signal,
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0) throw commandFailed(result);
}

function unfit(what: string): KubewrightError {
  return new KubewrightError('FAULT_NOT_PROVEN', what, {
    remedy: 'The fault does not fit the manifests of this Kubernetes version: correct it in scenario.yaml.',
  });
}
