import { isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { kubeletConfigPath, readKubeletConfig, valueAt } from '../reading/kubelet-config.ts';
import { readUnitRun } from '../reading/unit-run.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const schema = z
  .strictObject({
    node: z.string().min(1),
    /** A field of the kubelet's config.yaml that is there, by its path such as authentication.x509.clientCAFile. */
    field: z
      .strictObject({
        path: z.string().regex(/^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/, 'write names joined by "."'),
        value: z.union([z.string(), z.number(), z.boolean()]),
      })
      .optional(),
    /** A drop-in of the kubelet's unit: it is read after those that are there, by the order of names. */
    dropIn: z
      .strictObject({
        name: z.string().regex(/^[\w-]+\.conf$/, 'write a name such as 20-limits.conf'),
        text: z.string().min(1),
      })
      .optional(),
  })
  .refine((spec) => spec.field !== undefined || spec.dropIn !== undefined, {
    message: 'say what is broken: field, dropIn, or both',
  });
type Spec = z.infer<typeof schema>;

const unit = 'kubelet';
const dropIns = '/etc/systemd/system/kubelet.service.d';
const actWithinMs = 60_000;
/** systemd has tried again by then: what failed once may have been the moment. */
const fewestRestarts = 2;

export const kubeletConfigBrokenFault: FaultDefinition<Spec> = {
  kind: 'kubelet-config-broken',
  summary: "A kubelet's configuration or its unit is changed so that it does not start, and its node is lost.",
  schema,
  async apply(context, spec) {
    const machine = context.machine(spec.node);
    if (spec.field !== undefined) await changeField(machine, spec.field);
    if (spec.dropIn !== undefined) {
      await machine.write(`${dropIns}/${spec.dropIn.name}`, spec.dropIn.text);
      await systemctl(context, machine, ['daemon-reload']);
    }
    // That it does not come up is what is wanted: systemctl may say that it failed.
    await machine.exec(['systemctl', 'restart', unit], { timeoutMs: actWithinMs, signal: context.signal });
  },
  /** Looks at the files, at what systemd makes of the kubelet, and at what the control plane makes of the node. */
  async prove(context, spec) {
    const machine = context.machine(spec.node);
    const written = await proveWritten(machine, spec);
    if (!written.holds) return written;
    const run = await readUnitRun(machine, unit);
    const seen = `unit ${unit} on ${spec.node} is ${run.active} (${run.sub}) after ${run.restarts} restarts`;
    if (run.active === 'active' || run.restarts < fewestRestarts) return { holds: false, seen };
    const node = await readNode(context.kube, spec.node);
    if (node === undefined) return { holds: false, seen: `${seen}; there is no node ${spec.node}` };
    const ready = readiness(node);
    return { holds: ready !== 'True', seen: `${seen}; node ${spec.node} has Ready=${ready}` };
  },
  // The node monitor's grace period of 50 s, and some.
  proveWithinMs: 150_000,
};

/** Only the value changes: whoever compares the file with another node's finds one line. */
async function changeField(machine: Node, field: NonNullable<Spec['field']>): Promise<void> {
  const text = await machine.read(kubeletConfigPath);
  const place = `${field.path} in ${kubeletConfigPath} on ${machine.name}`;
  if (text === undefined) throw unfit(`there is no ${kubeletConfigPath} on ${machine.name}`);
  const document = parseDocument(text);
  const node = document.getIn(field.path.split('.'), true);
  if (!isScalar(node)) throw unfit(`there is no ${place}`);
  if (node.value === field.value) throw unfit(`${place} has that value already`);
  node.value = field.value;
  await machine.write(kubeletConfigPath, document.toString({ lineWidth: 0 }));
}

async function proveWritten(machine: Node, spec: Spec): Promise<FaultProof> {
  if (spec.field !== undefined) {
    const config = await readKubeletConfig(machine);
    const value = typeof config === 'string' ? undefined : valueAt(config, spec.field.path);
    if (value !== spec.field.value) return { holds: false, seen: `${spec.field.path} on ${spec.node} is not changed` };
  }
  if (spec.dropIn !== undefined && (await machine.read(`${dropIns}/${spec.dropIn.name}`)) !== spec.dropIn.text) {
    return { holds: false, seen: `${dropIns}/${spec.dropIn.name} on ${spec.node} is not there` };
  }
  return { holds: true, seen: '' };
}

async function systemctl(context: FaultContext, machine: Node, argv: readonly string[]): Promise<void> {
  const result = await machine.exec(['systemctl', ...argv], { timeoutMs: actWithinMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
}

function unfit(what: string): KubewrightError {
  return new KubewrightError('FAULT_NOT_PROVEN', what, {
    remedy: 'The fault does not fit the configuration of this Kubernetes version: correct it in scenario.yaml.',
  });
}
