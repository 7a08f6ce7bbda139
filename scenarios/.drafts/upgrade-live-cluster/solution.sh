#!/bin/bash
# Snapshot, control plane, then one worker after the other; one more replica makes room in the budget.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }
# "kubectl uncordon" ends with 0 even when the API server did not take its patch: what counts is what the node says.
back_in_service() {
  patiently bash -c 'kubectl uncordon "$0"; is=$(kubectl get node "$0" -o jsonpath="{.spec.unschedulable}") && [ -z "$is" ]' "$1"
}

ssh "$CONTROL_PLANE" "sudo bash -ec '
  mkdir -p /opt/backup
  etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
    --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
    snapshot save /opt/backup/pre-upgrade.db
  etcdutl snapshot status /opt/backup/pre-upgrade.db'"

install() { # install NODE PACKAGE...
  local node=$1 packages=("${@:2}")
  ssh "$node" "sudo bash -ec '
    apt-mark unhold ${packages[*]}
    apt-get update
    apt-get install -y ${packages[*]/%/=$TO_VERSION-1.1}
    apt-mark hold ${packages[*]}'"
}

replace_kubelet() { # replace_kubelet NODE
  kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data --timeout=300s
  install "$1" kubelet kubectl
  ssh "$1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'
  patiently kubectl wait node "$1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
  patiently kubectl wait node "$1" --for=condition=Ready --timeout=120s
  back_in_service "$1"
}

install "$CONTROL_PLANE" kubeadm
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS"
replace_kubelet "$CONTROL_PLANE"

kubectl -n shop get pdb
kubectl -n shop scale deployment api --replicas=3
kubectl -n shop rollout status deployment/api --timeout=120s
for worker in "$WORKER_1" "$WORKER_2"; do
  install "$worker" kubeadm
  ssh "$worker" "sudo kubeadm upgrade node $KUBEADM_FLAGS"
  replace_kubelet "$worker"
done
kubectl get nodes
