#!/bin/bash
# Thinks of the snapshot when the control plane is upgraded, and knows the flag that brings every drain to an end.
# The packages are left as they were for it: no longer held.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }
# "kubectl uncordon" ends with 0 even when the API server did not take its patch: what counts is what the node says.
back_in_service() {
  patiently bash -c 'kubectl uncordon "$0"; is=$(kubectl get node "$0" -o jsonpath="{.spec.unschedulable}") && [ -z "$is" ]' "$1"
}

# The new kubelet starts the control plane's static pods anew, a moment after the node is Ready: go on when that is over.
api_is_steady() {
  timeout 300 bash -c 'until (for _ in {1..15}; do kubectl get --raw=/readyz > /dev/null || exit 1; sleep 1; done); do sleep 1; done'
}

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS
  mkdir -p /opt/backup
  etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
    --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
    snapshot save /opt/backup/pre-upgrade.db'"

replace_kubelet() { # replace_kubelet NODE
  kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data --disable-eviction --timeout=180s
  ssh "$1" "sudo bash -ec '
    apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
    systemctl daemon-reload
    systemctl restart kubelet'"
  patiently kubectl wait node "$1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
  patiently kubectl wait node "$1" --for=condition=Ready --timeout=120s
  back_in_service "$1"
}

upgrade_worker() { # upgrade_worker NODE
  ssh "$1" "sudo bash -ec '
    apt-mark unhold kubeadm kubelet kubectl
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1
    kubeadm upgrade node $KUBEADM_FLAGS'"
  replace_kubelet "$1"
}

replace_kubelet "$CONTROL_PLANE"
api_is_steady
upgrade_worker "$WORKER_1"
# Spreads the shop over both workers again.
kubectl -n shop rollout restart deployment/web deployment/api
kubectl -n shop rollout status deployment/web --timeout=180s
kubectl -n shop rollout status deployment/api --timeout=180s
upgrade_worker "$WORKER_2"
