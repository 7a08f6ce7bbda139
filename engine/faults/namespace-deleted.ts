import { z } from 'zod';
import { commandFailed } from '../system/exec.ts';
import type { FaultDefinition } from './fault.ts';

const schema = z.strictObject({ namespace: z.string().min(1) });

/** The colleague's account on the student host; the provider puts their kubeconfig there (identities.ops). */
const user = 'ops';
const kubeconfig = '/home/ops/.kube/config';
const deleteWithinMs = 150_000;

export const namespaceDeletedFault: FaultDefinition<z.infer<typeof schema>> = {
  kind: 'namespace-deleted',
  summary: 'A colleague has deleted a namespace with everything in it.',
  schema,
  async apply(context, spec) {
    const argv = ['kubectl', `--kubeconfig=${kubeconfig}`, 'delete', 'namespace', spec.namespace, '--timeout=120s'];
    const result = await context
      .machine('student')
      .exec(argv, { user, timeoutMs: deleteWithinMs, signal: context.signal });
    if (result.exitCode !== 0) throw commandFailed(result);
  },
  async prove(context, spec) {
    const namespace = await context.kube.read({ apiVersion: 'v1', kind: 'Namespace', name: spec.namespace });
    return { holds: namespace === undefined, seen: `namespace ${spec.namespace} is ${namespace ? 'there' : 'gone'}` };
  },
  proveWithinMs: 30_000,
};
