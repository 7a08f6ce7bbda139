import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { askReadiness } from '../reading/api-server-on-node.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** A control plane. */
  node: z.string().min(1),
});

const askWithinMs = 20_000;
/** What a kubelet, a control plane and etcd live on. */
const traces = ['/var/lib/kubelet/config.yaml', '/etc/kubernetes/kubelet.conf', '/etc/kubernetes/pki', '/var/lib/etcd'];

export const machineReplacedFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'machine-replaced',
  summary:
    'The machine of a control plane is destroyed; an empty one of the same name and address stands in its place.',
  schema,
  apply: (context, spec) => context.machine(spec.node).power.replace(),
  /** The API is gone, and on the machine there is nothing that a kubelet could start, and nothing that it has started. */
  async prove(context, spec) {
    const machine = context.machine(spec.node);
    const api = await askReadiness(machine);
    const script = `for path; do [ -e "$path" ] && echo "$path"; done; find /etc/kubernetes/manifests -type f 2>/dev/null; true`;
    const left = (await ask(machine, ['sh', '-c', script, 'sh', ...traces])).split('\n').filter((path) => path !== '');
    const pods = (await ask(machine, ['crictl', 'pods', '--quiet'])).split('\n').filter((id) => id !== '').length;
    const files = left.length === 0 ? 'nothing of Kubernetes' : left.join(', ');
    return {
      holds: !api.ready && left.length === 0 && pods === 0,
      seen: `the API server on ${spec.node} ${api.said}; there are ${files} and ${pods} pods on the machine`,
    };
  },
  proveWithinMs: 60_000,
};

async function ask(machine: Node, argv: readonly string[]): Promise<string> {
  const result = await machine.exec(argv, { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}
