import { KubewrightError } from '../../../domain/errors.ts';
import type { Node } from '../../provider.ts';
import type { ClusterMemory } from './state.ts';

const settledWithinMs = 300_000;
const stoppedWithinMs = 120_000;

/** Everything a young cluster still has to do is done: a state taken earlier would do it again at each restore. */
const settle = `
export KUBECONFIG=/etc/kubernetes/admin.conf
until [ "$(kubectl get nodes --no-headers 2>/dev/null | wc -l)" = "$1" ]; do sleep 1; done
kubectl wait nodes --all --for=condition=Ready --timeout=180s
kubectl wait pods --all --all-namespaces --for=condition=Ready --timeout=180s`;

/**
 * What the cluster remembers of itself, and one thing to keep: kubeadm's token, which joins machines for a day, must not
 * expire before a restore. It gets its day then.
 */
const remember = `
export KUBECONFIG=/etc/kubernetes/admin.conf
for token in $(kubectl --namespace kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token --output name); do
  kubectl --namespace kube-system patch "$token" --type merge --patch '{"stringData":{"expiration":"${tokenExpiry()}"}}' >&2
done
kubectl --namespace kube-node-lease get leases --output jsonpath='{range .items[*]}lease {.metadata.name} {.spec.renewTime}{"\\n"}{end}'
kubectl get pods --all-namespaces --output jsonpath='{range .items[*].status.containerStatuses[*]}container {.containerID}{"\\n"}{end}'`;

const stopKubelet = `
systemctl stop kubelet
[ "$1" = control-plane ] || systemctl disable --quiet kubelet`;

const stopController = `
stop() { crictl ps --quiet --name "$1" | xargs --no-run-if-empty crictl stop --timeout 30; }
stop '^kube-scheduler$' && stop '^kube-controller-manager$' && stop '^kube-apiserver$'`;

/**
 * Leases of who is no more: whoever comes next would wait 15 s for each. Without them it begins at once. The events tell
 * of a cluster that nobody has seen.
 */
const forget = `
pki=/etc/kubernetes/pki/etcd
for prefix in /registry/leases/kube-system/ /registry/events/; do
  etcdctl --endpoints https://127.0.0.1:2379 --cacert "$pki/ca.crt" --cert "$pki/server.crt" --key "$pki/server.key" \\
    del --prefix "$prefix"
done`;

const stopEtcd = `crictl ps --quiet --name '^etcd$' | xargs --no-run-if-empty crictl stop --timeout 30`;

/** No pod, no log and no key is left; the machine makes what it needs at its next boot. */
const clear = `
crictl rmp --all --force >/dev/null
# containerd throws away what a pod leaves behind a moment later.
until ! ctr --namespace k8s.io containers ls --quiet | grep -q .; do sleep 0.2; done
ctr --namespace k8s.io snapshots ls | awk 'NR > 1 && $3 == "Active" { print $1 }' | grep . && exit 1
systemctl stop containerd kubewright-reporter
awk '$2 ~ "^/var/lib/kubelet/" { print $2 }' /proc/mounts | sort --reverse | xargs --no-run-if-empty umount
rm -rf /var/lib/kubelet/pods/* /var/log/pods/* /var/log/containers/* /var/log/kubernetes/audit/* /var/log/journal/*
rm -f /etc/ssh/ssh_host_*
find /var -xdev -type s -delete
# The engine would take such a file, in an image, for something that was removed.
! find /var -xdev -type c | grep .
sync`;

/** kubeadm's own tokens are good for 24 hours; one that expires then is one that a bake has made last. */
export function tokenExpiry(): string {
  return '2100-01-01T00:00:00Z';
}

/**
 * Brings a settled cluster to a standstill from which it starts again without waiting for anybody. Everything is stopped
 * in order, so that what lies on the disks is whole: the machines can be switched off afterwards.
 * @throws KubewrightError PROVISION_FAILED when a machine does not come to rest
 */
export async function bringToRest(nodes: readonly Node[]): Promise<ClusterMemory> {
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane');
  const [first] = controlPlanes;
  if (first === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no control plane');
  await tell(first, settle, [String(nodes.length)], settledWithinMs);
  await all(nodes, (node) => tell(node, stopKubelet, [node.role]));
  const remembered = await tell(first, remember);
  await all(controlPlanes, (node) => tell(node, stopController));
  await tell(first, forget);
  await all(controlPlanes, (node) => tell(node, stopEtcd));
  await all(nodes, (node) => tell(node, clear));
  const lines = remembered.split('\n').map((line) => line.split(' '));
  return {
    leases: Object.fromEntries(lines.flatMap(([what, name = '', at = '']) => (what === 'lease' ? [[name, at]] : []))),
    containers: lines.flatMap(([what, id = '']) => (what === 'container' ? [id] : [])),
  };
}

const all = (nodes: readonly Node[], act: (node: Node) => Promise<unknown>) => Promise.all(nodes.map(act));

async function tell(
  node: Node,
  script: string,
  words: readonly string[] = [],
  timeoutMs = stoppedWithinMs,
): Promise<string> {
  const result = await node.exec(['bash', '-euo', 'pipefail', '-c', script, 'bash', ...words], { timeoutMs });
  if (result.exitCode === 0) return result.stdout;
  const said = `${result.stdout}${result.stderr}`.trim().split('\n').slice(-5).join('\n');
  throw new KubewrightError('PROVISION_FAILED', `${node.name} did not come to rest: ${said}`);
}
