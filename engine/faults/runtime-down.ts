import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import { readRuntime } from '../reading/container-runtime.ts';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { readUnit } from '../reading/systemd-unit.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultDefinition } from './fault.ts';

const schema = z.strictObject({ node: z.string().min(1) });

const config = '/etc/containerd/config.toml';
const unit = 'containerd';
const actWithinMs = 60_000;
/** As the packages of Docker bring it along, who need containerd and not CRI. */
const line = 'disabled_plugins = ["io.containerd.grpc.v1.cri"]';

/**
 * The service stays active and enabled: what is gone is the part of it that the kubelet needs. To stop it is the fault
 * service-stopped; to mask it is not possible here, because kind puts the unit into /etc/systemd/system, where the mask
 * would have to be.
 */
export const runtimeDownFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'runtime-down',
  summary: 'containerd of a node is active and no longer serves CRI; what runs goes on, the kubelet can do nothing.',
  schema,
  async apply(context, spec) {
    const machine = context.machine(spec.node);
    const text = await machine.read(config);
    if (text === undefined || /^\s*disabled_plugins\s*=/m.test(text)) {
      throw new KubewrightError(
        'FAULT_NOT_PROVEN',
        `${config} on ${spec.node} is missing or disables plug-ins already`,
        {
          remedy: 'The fault does not fit this node image: correct it in engine/faults/runtime-down.ts.',
        },
      );
    }
    // Above every table, or it would belong to the last one.
    await machine.write(config, `${line}\n${text}`);
    const result = await machine.exec(['systemctl', 'restart', unit], {
      timeoutMs: actWithinMs,
      signal: context.signal,
    });
    if (result.exitCode !== 0) throw commandFailed(result);
  },
  async prove(context, spec) {
    const machine = context.machine(spec.node);
    const info = await readRuntime(machine);
    const { active } = await readUnit(machine, unit);
    const seen = `unit ${unit} on ${spec.node} is ${active}, over CRI there is ${typeof info === 'string' ? info : 'an answer'}`;
    if (active !== 'active' || typeof info !== 'string') return { holds: false, seen };
    const node = await readNode(context.kube, spec.node);
    if (node === undefined) return { holds: false, seen: `${seen}; there is no node ${spec.node}` };
    const ready = readiness(node);
    return { holds: ready === 'False', seen: `${seen}; node ${spec.node} has Ready=${ready}` };
  },
  // The kubelet gives the runtime 30 s before it reports that it is down.
  proveWithinMs: 120_000,
};
