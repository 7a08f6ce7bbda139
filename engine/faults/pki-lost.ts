import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  /** A control plane: every file below /etc/kubernetes/pki is removed. */
  node: z.string().min(1),
  /** Where a copy of what cannot be made anew is put: a machine and the path of a compressed tar archive. */
  backup: z.strictObject({ on: z.string().min(1), path: z.string().startsWith('/') }),
});
type Spec = z.infer<typeof schema>;

const pki = '/etc/kubernetes/pki';
/** What the cluster is known by; all other files of the folder can be made from these (kubeadm init phase certs). */
const irreplaceable = ['ca', 'front-proxy-ca', 'etcd/ca']
  .flatMap((name) => [`${name}.crt`, `${name}.key`])
  .concat('sa.key', 'sa.pub');
const actWithinMs = 30_000;

export const pkiLostFault: FaultDefinition<Spec> = {
  kind: 'pki-lost',
  summary: 'The files of /etc/kubernetes/pki are gone; an archive elsewhere has the CAs and the key of the accounts.',
  schema,
  async apply(context, spec) {
    const node = context.machine(spec.node);
    const [folder] = spec.backup.path.match(/^.*(?=\/)/) ?? [''];
    // As base64: what a machine prints comes back as text.
    const archive = await run(node, context, [
      'sh',
      '-c',
      'cd "$1" && shift && tar -cz -- "$@" | base64',
      'sh',
      pki,
      ...irreplaceable,
    ]);
    const put =
      'mkdir -p "$2" && umask 077 && base64 -d > "$1" && if id student >/dev/null 2>&1; then chown student: "$1"; fi';
    await run(context.machine(spec.backup.on), context, ['sh', '-c', put, 'sh', spec.backup.path, folder], archive);
    // The folder itself stays: the containers have it mounted.
    await run(node, context, ['find', pki, '-mindepth', '1', '-delete']);
  },
  async prove(context, spec) {
    const left = await run(context.machine(spec.node), context, ['find', pki, '-mindepth', '1', '-type', 'f']);
    const listing = await run(context.machine(spec.backup.on), context, ['tar', '-tzf', spec.backup.path]);
    const saved = listing.split('\n').filter((line) => line !== '' && !line.endsWith('/'));
    const complete = irreplaceable.every((file) => saved.includes(file));
    const files = left.split('\n').filter((line) => line !== '').length;
    return {
      holds: files === 0 && complete && saved.length === irreplaceable.length,
      seen: `${files} files are left in ${pki} on ${spec.node}; ${spec.backup.path} on ${spec.backup.on} has ${saved.join(', ')}`,
    };
  },
  proveWithinMs: 30_000,
};

async function run(machine: Node, context: FaultContext, argv: readonly string[], input?: string): Promise<string> {
  const result = await machine.exec(argv, {
    user: 'root',
    timeoutMs: actWithinMs,
    signal: context.signal,
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}
