import { stringify } from 'yaml';
import { KubewrightError } from '../../domain/errors.ts';
import { identities } from '../../domain/timeline.ts';
import type { Node } from '../provider.ts';

export interface Credentials {
  /** PEM texts. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type Identity = keyof typeof identities;

/** kubeadm binds this group to cluster-admin (kubeadm >= 1.29, ClusterRoleBinding kubeadm:cluster-admins). */
const learnerGroup = 'kubeadm:cluster-admins';
/** Not bound to a role that could be taken away: the record goes on whatever the learner does to RBAC. */
const ownGroup = 'system:masters';

const pkiFolder = '/etc/kubernetes/pki';

/**
 * Issues a client certificate for each of our identities, signed by the cluster's CA on the first control plane, so
 * that the audit trail tells the learner's acts from ours.
 * @throws KubewrightError PROVISION_FAILED when openssl on the node refuses.
 */
export async function issueCredentials(controlPlane: Node): Promise<Record<Identity, Credentials>> {
  const names = Object.keys(identities) as Identity[];
  const subjects = names.map((identity) => {
    const group = identity === 'learner' || identity === 'ops' ? learnerGroup : ownGroup;
    return `/O=${group}/CN=${identities[identity]}`;
  });
  const issued = await sign(controlPlane, pkiFolder, subjects);
  return Object.fromEntries(names.map((name, index) => [name, issued[index]])) as Record<Identity, Credentials>;
}

/**
 * Issues the witness a client certificate for etcd, signed by etcd's own CA: kubeadm's etcd lets in whoever that CA
 * knows and has no roles of its own.
 * @throws KubewrightError PROVISION_FAILED when openssl on the node refuses.
 */
export async function issueEtcdCredentials(controlPlane: Node): Promise<Credentials> {
  const [issued] = await sign(controlPlane, `${pkiFolder}/etcd`, [`/O=kubewright/CN=${identities.witness}`]);
  if (issued === undefined) throw new Error('as many credentials as subjects');
  return issued;
}

/** Signs a client certificate for each subject with the CA of a folder. Keys are made in memory-backed /run and removed at once. */
async function sign(controlPlane: Node, folder: string, subjects: readonly string[]): Promise<Credentials[]> {
  const script = `
set -eu
work=$(mktemp -d /run/kubewright-XXXXXX)
trap 'rm -rf "$work"' EXIT
pki=$1; shift
cat "$pki/ca.crt"
for subject in "$@"; do
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/key" -out "$work/csr" -subj "$subject" 2>/dev/null
  printf 'extendedKeyUsage=clientAuth\\n' > "$work/ext"
  openssl x509 -req -in "$work/csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -set_serial "0x$(openssl rand -hex 8)" -days 30 -extfile "$work/ext" 2>/dev/null
  cat "$work/key"
done`;
  const result = await controlPlane.exec(['sh', '-c', script, 'sh', folder, ...subjects], { timeoutMs: 60_000 });
  const blocks = result.stdout.match(/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----\n?/g) ?? [];
  const [ca, ...rest] = blocks;
  if (result.exitCode !== 0 || ca === undefined || rest.length !== subjects.length * 2) {
    throw new KubewrightError(
      'PROVISION_FAILED',
      `client certificates could not be issued on ${controlPlane.name}: ${result.stderr.trim()}`,
    );
  }
  return subjects.map((_, index) => ({ ca, cert: rest[index * 2] ?? '', key: rest[index * 2 + 1] ?? '' }));
}

/** A kubeconfig with one context. `server` is an https URL. */
export function kubeconfig(user: string, server: string, credentials: Credentials): string {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kubernetes',
    clusters: [{ name: 'kubernetes', cluster: { server, 'certificate-authority-data': base64(credentials.ca) } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(credentials.cert), 'client-key-data': base64(credentials.key) },
      },
    ],
    contexts: [{ name: 'kubernetes', context: { cluster: 'kubernetes', user } }],
  });
}
