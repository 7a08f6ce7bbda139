import { z } from 'zod';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { blockingRules, readFilterChains } from '../reading/packet-filter.ts';
import { readUnit } from '../reading/systemd-unit.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** A worker. Its ssh stays. */
  node: z.string().min(1),
  /** The TCP port of the API server. */
  port: z.int().min(1).max(65_535),
  /** Name of the systemd unit that puts the rules in, now and at every boot. */
  unit: z.string().regex(/^[a-z][a-z0-9-]*$/, 'write a name such as "office-firewall"'),
});
type Spec = z.infer<typeof schema>;

const actWithinMs = 30_000;
/** In the node's own network: what is dropped there never was the host's. */
const rules = ['INPUT 1 --protocol tcp --sport', 'OUTPUT 1 --protocol tcp --dport'] as const;

export const nodeCutOffFault: FaultDefinition<Spec> = {
  kind: 'node-cut-off',
  summary:
    "A node drops its traffic with the API server's port, and a unit sees to it at every boot; it goes on running.",
  schema,
  async apply(context, spec) {
    await context.machine(spec.node).write(`/etc/systemd/system/${spec.unit}.service`, unitText(spec));
    await run(context, spec, ['systemctl', 'daemon-reload']);
    await run(context, spec, ['systemctl', 'enable', '--now', spec.unit]);
  },
  async prove(context, spec) {
    const machine = context.machine(spec.node);
    const blocking = blockingRules(await readFilterChains(machine), spec.port);
    const unit = await readUnit(machine, spec.unit);
    const seen = `${spec.node} has ${blocking.length} rules against port ${spec.port}, unit ${spec.unit} is ${unit.file}`;
    if (blocking.length < rules.length || unit.file !== 'enabled') return { holds: false, seen };
    const node = await readNode(context.kube, spec.node);
    if (node === undefined) return { holds: false, seen: `${seen}; there is no node ${spec.node}` };
    const ready = readiness(node);
    return { holds: ready === 'Unknown', seen: `${seen}; node ${spec.node} has Ready=${ready}` };
  },
  // The node monitor's grace period of 50 s, and some.
  proveWithinMs: 150_000,
};

/** No ExecStop=: whoever stops the unit has not taken its rules away. */
function unitText({ port, unit }: Spec): string {
  return `[Unit]
Description=Packet filter rules (${unit})
After=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
${rules.map((rule) => `ExecStart=/usr/sbin/iptables --wait --insert ${rule} ${port} --jump DROP\n`).join('')}
[Install]
WantedBy=multi-user.target
`;
}

async function run(context: FaultContext, spec: Spec, argv: readonly string[]): Promise<void> {
  const result = await context.machine(spec.node).exec(argv, { timeoutMs: actWithinMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
}
