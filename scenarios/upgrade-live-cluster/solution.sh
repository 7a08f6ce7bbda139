#!/bin/bash
# Snapshot, control plane, then one worker after the other; one more replica makes room in the budget.
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

# kubeadm takes no upgrade back, and an older etcd does not read what a newer one has written: a snapshot of before is
# the only way back. It is looked at once, since a file that cannot be read is no backup.
ssh "$CONTROL_PLANE" "sudo bash -ec '
  mkdir -p /opt/backup
  etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
    --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
    snapshot save /opt/backup/pre-upgrade.db
  etcdutl snapshot status /opt/backup/pre-upgrade.db'"

# A held package changes only when somebody means it: it is let go for one step, and held again.
install() { # install NODE PACKAGE...
  local node=$1 packages=("${@:2}")
  ssh "$node" "sudo bash -ec '
    apt-mark unhold ${packages[*]}
    apt-get update
    apt-get install -y ${packages[*]/%/=$TO_VERSION-1.1}
    apt-mark hold ${packages[*]}'"
}

# No kubelet is replaced under running pods, and a drain respects the budgets. Pods come back, and the next node goes,
# only when the new kubelet has been seen to run: an installed package does not say so.
replace_kubelet() { # replace_kubelet NODE
  kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data --timeout=300s
  install "$1" kubelet kubectl
  ssh "$1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'
  patiently kubectl wait node "$1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
  patiently kubectl wait node "$1" --for=condition=Ready --timeout=120s
  back_in_service "$1"
}

# The control plane first, for a kubelet may be older than its API server and never newer. Before that kubeadm, which
# upgrades to no release newer than itself.
install "$CONTROL_PLANE" kubeadm
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS"
replace_kubelet "$CONTROL_PLANE"
api_is_steady

# The budget of api needs every pod that there is: the drain of a worker would wait for ever. One replica more makes
# room, and the budget stays what it was promised to be.
kubectl -n shop get pdb
kubectl -n shop scale deployment api --replicas=3
kubectl -n shop rollout status deployment/api --timeout=120s

# One worker after the other, so that the pods of the one have a place on the other. kubeadm upgrade node takes the
# version from the control plane: that is why it comes after it.
for worker in "$WORKER_1" "$WORKER_2"; do
  install "$worker" kubeadm
  ssh "$worker" "sudo kubeadm upgrade node $KUBEADM_FLAGS"
  replace_kubelet "$worker"
done

# The versions here are those of the kubelets that run.
kubectl get nodes
