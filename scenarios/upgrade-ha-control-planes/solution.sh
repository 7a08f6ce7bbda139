#!/bin/bash
# One control plane after the other, and each only while all three members of etcd are well.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }
# "kubectl uncordon" ends with 0 even when the API server did not take its patch: what counts is what the node says.
back_in_service() {
  patiently bash -c 'kubectl uncordon "$0"; is=$(kubectl get node "$0" -o jsonpath="{.spec.unschedulable}") && [ -z "$is" ]' "$1"
}

# Three members of etcd bear the loss of one. Whoever takes the next one down asks all three beforehand.
etcd_is_whole() {
  ssh "$CONTROL_PLANE" "sudo bash -ec '
    pki=/etc/kubernetes/pki/etcd
    etcdctl --cacert \$pki/ca.crt --cert \$pki/server.crt --key \$pki/server.key endpoint health --cluster'"
}

# The waiting below is done by a shell of its own, which knows only what is exported to it.
export -f etcd_is_whole
export CONTROL_PLANE

# One after the other, and the second only when etcd is whole again: with two of three members down there is no
# majority, and no API.
for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
  timeout 120 bash -c 'until etcd_is_whole; do sleep 2; done'

# The release of the cluster was set on the first control plane: on all others kubeadm upgrade node takes it from there.
# It is the new kubeadm that has to do it.
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubeadm
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1
    apt-mark hold kubeadm
    kubeadm upgrade node $KUBEADM_FLAGS'"

# kubeadm never replaces the kubelet, and no kubelet is replaced under running pods: so the node is emptied first.
  kubectl drain "$node" --ignore-daemonsets --timeout=180s

# The old kubelet runs on until it is restarted. The hold leaves the next upgrade to somebody who means it.
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubelet kubectl
    apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
    apt-mark hold kubelet kubectl
    systemctl daemon-reload
    systemctl restart kubelet'"

# The node itself says which kubelet runs and whether it is Ready. Before that the next one must not go.
  patiently kubectl wait node "$node" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
  patiently kubectl wait node "$node" --for=condition=Ready --timeout=120s
  back_in_service "$node"
done
