import { z } from 'zod';
import { readContainers } from '../reading/containers.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

/** In the order in which "kubeadm upgrade apply" replaces their manifests. */
const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

const schema = z.strictObject({
  /** The first control plane. */
  node: z.string().min(1),
  /** A release such as "1.35.4"; its variable is filled in when a session begins. */
  version: z.string().regex(/^(\d+\.\d+\.\d+|\$\{\w+\})$/, 'write a whole release such as "1.35.4", or its variable'),
  /** kubeadm is ended as soon as it has replaced the manifest of this component, which does not come up. */
  at: z.enum(components),
  /** Patches of static pods that kubeadm is given, by file name as --patches wants it, such as "etcd0+json.yaml". */
  patches: z
    .record(z.string().regex(/^[a-z][a-z-]*\d*(\+(strategic|merge|json))?\.(yaml|json)$/), z.string())
    .optional(),
  /** What kubeadm needs to be told on this host, e.g. "${KUBEADM_FLAGS}"; may be empty. */
  kubeadmFlags: z.string().optional(),
});
type Spec = z.infer<typeof schema>;

/** The revision that pkgs.k8s.io and the nodes' own repositories give a package first. */
const revision = '1.1';
const log = '/root/upgrade.log';
const patchesFolder = '/root/kubeadm-patches';

/** kubeadm gives each component up to five minutes; measured are two for what comes before the scheduler. */
const upgradeWithinMs = 900_000;
const askWithinMs = 20_000;

/**
 * As a session that broke off: kubeadm ends when the manifest has become another one. Between the old and the new manifest
 * there is none for a moment. Missing images are passed over, as somebody did who was in a hurry. $4 is a list of words and
 * left unquoted.
 */
const script = `set -e
{
  apt-mark unhold kubeadm
  apt-get update
  apt-get install --yes "kubeadm=$1-$2"
  apt-mark hold kubeadm
} > /dev/null
manifest=/etc/kubernetes/manifests/$3.yaml
before=$(sha256sum < "$manifest")
patches=
[ ! -d ${patchesFolder} ] || patches=--patches=${patchesFolder}
kubeadm upgrade apply "v$1" --yes --ignore-preflight-errors=ImagePull $patches $4 > ${log} 2>&1 &
kubeadm=$!
while kill -0 "$kubeadm" 2>/dev/null; do
  if [ -s "$manifest" ] && [ "$(sha256sum < "$manifest")" != "$before" ]; then
    kill -TERM "$kubeadm"
    wait "$kubeadm" 2>/dev/null || true
    exit 0
  fi
  sleep 0.2
done
echo "kubeadm ended before it had replaced $manifest:" >&2
tail -n 15 ${log} >&2
exit 1`;

export const upgradeInterruptedFault: FaultDefinition<Spec> = {
  kind: 'upgrade-interrupted',
  summary:
    '"kubeadm upgrade apply" was broken off half way: the control plane is of two releases, and one component is down.',
  schema,
  async apply(context, spec) {
    const machine = context.machine(spec.node);
    for (const [name, text] of Object.entries(spec.patches ?? {}))
      await machine.write(`${patchesFolder}/${name}`, text);
    const argv = ['bash', '-c', script, 'upgrade', spec.version, revision, spec.at, spec.kubeadmFlags ?? ''];
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: upgradeWithinMs, signal: context.signal };
    const result = await machine.exec(argv, options);
    if (result.exitCode !== 0) throw commandFailed(result);
  },
  /** By what kubeadm left on the disk, the processes, and the containers: the API may be down. */
  async prove(context, spec) {
    const running = await context.machine(spec.node).exec(['pgrep', '-x', 'kubeadm'], { timeoutMs: askWithinMs });
    if (running.exitCode === 0) return { holds: false, seen: `kubeadm still runs on ${spec.node}` };
    if (running.exitCode !== 1) throw commandFailed(running);
    const replaced = await readReplaced(context, spec);
    const wanted = components.slice(0, components.indexOf(spec.at) + 1);
    const seen = `kubeadm has replaced ${replaced.join(', ') || 'nothing'} on ${spec.node}, and does not run`;
    if (replaced.join() !== wanted.join()) return { holds: false, seen };
    const down = await proveDown(context, spec);
    return { holds: down.holds, seen: `${seen}; ${down.seen}` };
  },
  // Ending the old container takes 30 s at most.
  proveWithinMs: 120_000,
};

/** The components whose old manifests are in kubeadm's backup, in its order. */
async function readReplaced(context: FaultContext, spec: Spec): Promise<string[]> {
  const backups = ['find', '/etc/kubernetes/tmp', '-path', '*/kubeadm-backup-manifests-*/*.yaml', '-printf', '%f\\n'];
  const result = await context.machine(spec.node).exec(backups, { timeoutMs: askWithinMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
  const names = result.stdout.split('\n');
  return components.filter((name) => names.includes(`${name}.yaml`));
}

async function proveDown(context: FaultContext, spec: Spec): Promise<FaultProof> {
  const containers = await readContainers(context.machine(spec.node), spec.at);
  const holds = !containers.some(({ running }) => running);
  return { holds, seen: `${spec.at} ${holds ? 'does not run' : 'runs'}` };
}
