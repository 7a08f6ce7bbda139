import { z } from 'zod';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { readUnit } from '../reading/systemd-unit.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  unit: z.string().min(1),
  /** It does not come back at boot either. */
  disable: z.boolean().optional(),
  /**
   * The fault has taken hold only when the control plane has noticed. Without it the learner of a stopped kubelet would
   * find a node that is still Ready: node-monitor-grace-period is 50 s since Kubernetes 1.32.
   */
  nodeNotReady: z.boolean().optional(),
});

const stopWithinMs = 60_000;

export const serviceStoppedFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'service-stopped',
  summary: 'A systemd unit of a node is stopped, and perhaps does not start at boot any more.',
  schema,
  async apply(context, spec) {
    const verb = spec.disable === true ? ['disable', '--now'] : ['stop'];
    const result = await context
      .machine(spec.node)
      .exec(['systemctl', ...verb, spec.unit], { timeoutMs: stopWithinMs, signal: context.signal });
    if (result.exitCode !== 0) throw commandFailed(result);
  },
  async prove(context, spec) {
    const unit = await readUnit(context.machine(spec.node), spec.unit);
    const stopped = unit.active === 'inactive' || unit.active === 'failed';
    const disabled = spec.disable !== true || unit.file === 'disabled';
    const seen = `unit ${spec.unit} on ${spec.node} is ${unit.active} and ${unit.file}`;
    if (spec.nodeNotReady !== true || !stopped || !disabled) return { holds: stopped && disabled, seen };
    const node = await readNode(context.kube, spec.node);
    if (node === undefined) return { holds: false, seen: `${seen}; there is no node ${spec.node}` };
    const ready = readiness(node);
    return { holds: ready !== 'True', seen: `${seen}; node ${spec.node} has Ready=${ready}` };
  },
  proveWithinMs: 150_000,
};
