import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const schema = z.strictObject({
  /** The machines that are to be patched. */
  node: z.array(z.string().min(1)).min(1),
});

const actWithinMs = 30_000;
const program = '/usr/local/sbin/os-patch';
const unit = 'os-patch-commit.service';
const pending = '/var/lib/os-patch/pending';
const level = '/etc/os-patch-level';
const before = '1';
const after = '2';

/** As an upgrade of the distribution does: it puts new files on the disk, and what runs goes on with the old ones. */
const programText = `#!/bin/sh
# Stands for the distribution's upgrade: the kernel of this machine is that of the lab's host and is not touched.
set -eu
[ "$(id -u)" -eq 0 ] || { echo 'os-patch: only root can install it' >&2; exit 1; }
mkdir -p ${pending.slice(0, pending.lastIndexOf('/'))}
echo ${after} > ${pending}
systemctl enable --quiet ${unit}
echo 'Patch level ${after} is installed. It takes effect when this machine is started anew.'
`;

const unitText = `[Unit]
Description=Take up the patch level that was installed
ConditionPathExists=${pending}
Before=kubelet.service

[Service]
Type=oneshot
ExecStart=/bin/mv ${pending} ${level}

[Install]
WantedBy=multi-user.target
`;

export const osPatchReadyFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'os-patch-ready',
  summary:
    'A patch of the operating system lies ready on machines; it takes effect at the start after its installation.',
  schema,
  async apply(context, spec) {
    for (const name of spec.node) {
      const machine = context.machine(name);
      await machine.write(program, programText, '0755');
      await machine.write(`/etc/systemd/system/${unit}`, unitText);
      await machine.write(level, `${before}\n`);
      const result = await machine.exec(['systemctl', 'daemon-reload'], actOptions(context));
      if (result.exitCode !== 0) throw commandFailed(result);
    }
  },
  async prove(context, spec) {
    const proofs = await Promise.all(spec.node.map((name) => look(context, context.machine(name))));
    return { holds: proofs.every(({ holds }) => holds), seen: proofs.map(({ seen }) => seen).join('; ') };
  },
  proveWithinMs: 30_000,
};

/** The program can be run, nothing is installed yet, and systemd knows the unit and does not start it. */
async function look(context: FaultContext, machine: Node): Promise<FaultProof> {
  const script = `test -x ${program} && test ! -e ${pending} && systemctl is-enabled ${unit}`;
  const { stdout } = await machine.exec(['sh', '-c', script], actOptions(context));
  const at = (await machine.read(level))?.trim();
  return {
    holds: stdout.trim() === 'disabled' && at === before,
    seen: `${machine.name} is at patch level ${at ?? 'none'}, its unit is ${stdout.trim() || 'not there'}`,
  };
}

function actOptions({ signal }: FaultContext) {
  return { timeoutMs: actWithinMs, ...(signal === undefined ? {} : { signal }) };
}
