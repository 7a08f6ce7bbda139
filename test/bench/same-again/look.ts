import type { Cluster, Node } from '../../../engine/providers/provider.ts';
import { commandFailed } from '../../../engine/system/exec.ts';

/** One thing that is compared, and what it is like: "cp1 file /etc/hosts" -> "644 root:root f", "cp1 content /etc/hosts" -> "5c1f…". */
export type Look = ReadonlyMap<string, string>;

const withinMs = 120_000;

/** What is looked at, as it is printed beside the result. */
export const looked =
  'owner, mode and content of files below /etc, /opt, /root, /home, /srv, /usr/local and /var/lib/kubelet; packages and ' +
  'what is held; units, whether they are enabled and at work; images; objects of the API but for their status; members ' +
  'and keys of etcd';

/**
 * Not compared: keys that every start makes anew, for ssh; the kubelet's own states and containerd's scopes, which hold
 * moments and ids; and what a shell or kubectl remembers.
 */
const machineScript = `
tab=$(printf '\\t')
cd /
find etc opt root home srv usr/local var/lib/kubelet -xdev \\( -path var/lib/kubelet/pods -o -path '*/.kube/cache' \\) -prune -o \\
  \\( -type f -o -type l \\) ! -name 'ssh_host_*' ! -name authorized_keys ! -name '*_state' ! -name .bash_history \\
  -printf 'file /%p\\t%m %u:%g %y %l\\n' -type f -fprint0 /tmp/looked-at
# All by one program: one for each file would take as long as the restore itself.
xargs --arg-file=/tmp/looked-at --null --no-run-if-empty sha256sum --zero | tr '\\0' '\\n' |
  awk '{ print "content /" substr($0, 67) "\\t" substr($1, 1, 16) }'
rm /tmp/looked-at
dpkg-query --show --showformat 'package \${Package}\\t\${Version}\\n'
apt-mark showhold | sed "s/.*/package &\${tab}held/; s/^package \\([^$tab]*\\)/held \\1/"
systemctl list-unit-files --no-legend --plain | awk '$2 != "transient" { print "unit file " $1 "\\t" $2 }'
systemctl list-units --all --no-legend --plain --type=service,socket,path,timer | awk '{ print "unit " $1 "\\t" $3 " " $4 }'
crictl images --quiet | sort | awk '{ print "image " $1 "\\tthere" }'`;

/** Leases and events are of the moment; endpoints and nodes' status are what the kubelets make of it. */
const clusterScript = `
export KUBECONFIG=/etc/kubernetes/admin.conf
kinds=$(kubectl api-resources --verbs=list --output=name | grep --invert-match --extended-regexp '^(events|leases|endpoints|endpointslices|componentstatuses)([.]|$)' | paste --serial --delimiters=,)
kubectl get "$kinds" --all-namespaces --output=json | jq --raw-output --sort-keys '
  .items[] | del(.status, .metadata.uid, .metadata.resourceVersion, .metadata.creationTimestamp, .metadata.managedFields,
    .metadata.generation, .metadata.ownerReferences[]?.uid)
  | if .kind == "Pod" then del(.spec.nodeName) else . end
  | if .type == "bootstrap.kubernetes.io/token" then del(.data.expiration) else . end
  | "object \\(.kind) \\(.metadata.namespace // "")/\\(.metadata.name)\\t\\(tojson)"'
pki=/etc/kubernetes/pki/etcd
ask() { etcdctl --endpoints https://127.0.0.1:2379 --cacert "$pki/ca.crt" --cert "$pki/server.crt" --key "$pki/server.key" "$@"; }
ask member list --write-out=json | jq --raw-output '"etcd cluster\\t\\(.header.cluster_id)", (.members[] | "etcd member \\(.ID)\\t\\(.name) \\(.peerURLs | join(" "))")'
ask get / --prefix --keys-only | grep --invert-match --extended-regexp '^(/registry/(leases|events|masterleases)/.*|)$' | awk '{ print "key " $1 "\\tthere" }'`;

/**
 * Looks at everything of the cluster that a reset has to bring back.
 * @param token what this start has drawn for itself, left out where it stands
 * @throws KubewrightError COMMAND_FAILED
 */
export async function lookAt(cluster: Pick<Cluster, 'nodes'>, token?: string): Promise<Look> {
  const first = cluster.nodes.find(({ role }) => role === 'control-plane');
  if (first === undefined) throw new Error('the cluster has no control plane');
  const texts = await Promise.all([
    ...cluster.nodes.map(async (node) => ({ of: node.name, text: await tell(node, machineScript) })),
    tell(first, clusterScript).then((text) => ({ of: 'cluster', text })),
  ]);
  const lines = texts.flatMap(({ of, text }) =>
    text.split('\n').flatMap((line) => (line === '' ? [] : `${of} ${line}`)),
  );
  return readLook(token === undefined ? lines : lines.map((line) => line.replaceAll(token, '*')));
}

async function tell(node: Node, script: string): Promise<string> {
  const result = await node.exec(['bash', '-euo', 'pipefail', '-c', script], { user: 'root', timeoutMs: withinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}

/** The end of a name that the API server has drawn (k8s.io/apimachinery/pkg/util/rand). */
const drawnName = /-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
/** The address of a Service that asks for none is drawn, too, from kind's range; kubernetes and DNS have the same always. */
const drawnAddress = /\b10\.96\.(?!0\.10?\b)\d+\.\d+\b/g;

/** What a set of pods is called differs each time: the drawn ends are left out, and alike names are numbered. */
export function readLook(lines: readonly string[]): Look {
  const seen = new Map<string, number>();
  const entries = lines
    .map((line) => line.replaceAll(drawnName, '-*').replaceAll(drawnAddress, '10.96.*'))
    .toSorted()
    .map((line): [string, string] => {
      const [name = '', what = ''] = line.split('\t');
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      return [number === 1 ? name : `${name} (${number})`, what];
    });
  return new Map(entries);
}

/** What is not the same in two looks, a line each; of long ones only where they differ. */
export function differences(before: Look, after: Look): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const [then, now] = [before.get(name), after.get(name)];
    if (then === now) return [];
    if (then === undefined || now === undefined)
      return [`${name}: ${then ?? 'was not there'} -> ${now ?? 'is not there'}`];
    const [from, untilThen, untilNow] = differing(then, now);
    const part = (text: string, until: number) =>
      `${from > 0 ? '…' : ''}${text.slice(from, until)}${until < text.length ? '…' : ''}`;
    return [`${name}: ${part(then, untilThen)} -> ${part(now, untilNow)}`];
  });
}

/** What is shown of two texts on each side of where they differ. */
const around = 30;

/** Where two texts begin to differ, and where each of them has ended to, with a little of what is around it. */
function differing(one: string, other: string): [from: number, untilOne: number, untilOther: number] {
  const shorter = Math.min(one.length, other.length);
  let from = 0;
  while (from < shorter && one[from] === other[from]) from += 1;
  let alike = 0;
  while (alike < shorter - from && one.at(-1 - alike) === other.at(-1 - alike)) alike += 1;
  const after = Math.max(0, alike - around);
  return [Math.max(0, from - around), one.length - after, other.length - after];
}
