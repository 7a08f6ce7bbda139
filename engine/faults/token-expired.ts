import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { readTokens } from '../reading/bootstrap-tokens.ts';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** A worker, on which somebody runs "kubeadm reset" by mistake. */
  node: z.string().min(1),
  controlPlane: z.string().min(1),
  /** Where the join command of long ago is kept: its token has gone, and its CA hash is that of another cluster. */
  oldCommand: z.strictObject({ on: z.string().min(1), path: z.string().startsWith('/') }),
});
type Spec = z.infer<typeof schema>;

const actWithinMs = 120_000;
const kubeletConf = '/etc/kubernetes/kubelet.conf';

export const tokenExpiredFault: FaultDefinition<Spec> = {
  kind: 'token-expired',
  summary: 'A worker was reset by mistake, and the only join command at hand is one whose token has expired.',
  schema,
  async apply(context, spec) {
    const controlPlane = context.machine(spec.controlPlane);
    const command = await run(controlPlane, context, ['kubeadm', 'token', 'create', '--print-join-command']);
    for (const { id } of await readTokens(context.kube)) {
      await run(controlPlane, context, ['kubeadm', 'token', 'delete', id]);
    }
    await context.machine(spec.oldCommand.on).write(spec.oldCommand.path, `${withOtherHash(command.trim())}\n`);
    await run(context.machine(spec.node), context, ['kubeadm', 'reset', '--force']);
  },
  async prove(context, spec) {
    const machine = context.machine(spec.node);
    if ((await machine.read(kubeletConf)) !== undefined) {
      return { holds: false, seen: `${spec.node} still has ${kubeletConf}` };
    }
    const tokens = await readTokens(context.kube);
    if (tokens.length > 0) return { holds: false, seen: `there are ${tokens.length} bootstrap tokens` };
    const old = await context.machine(spec.oldCommand.on).read(spec.oldCommand.path);
    const node = await readNode(context.kube, spec.node);
    const ready = node === undefined ? 'is not there' : `has Ready=${readiness(node)}`;
    return {
      holds: old?.startsWith('kubeadm join ') === true && node !== undefined && readiness(node) !== 'True',
      seen: `${spec.node} was reset, there is no bootstrap token, node ${spec.node} ${ready}`,
    };
  },
  // The node monitor's grace period of 50 s, and some.
  proveWithinMs: 150_000,
};

/** The same digits in reverse: a well-formed sha256 of nothing. */
function withOtherHash(command: string): string {
  return command.replace(
    /sha256:([0-9a-f]+)/,
    (_, digits: string) => `sha256:${digits.split('').toReversed().join('')}`,
  );
}

async function run(machine: Node, context: FaultContext, argv: readonly string[]): Promise<string> {
  const result = await machine.exec(argv, { timeoutMs: actWithinMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}
