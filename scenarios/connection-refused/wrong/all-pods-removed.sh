#!/bin/bash
# Mends the manifest, and removes every pod of the machine to be sure that all is started afresh.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
cd /etc/kubernetes/manifests
sed -i 's/--authorization-modes=/--authorization-mode=/; s#--etcd-servers=.*#--etcd-servers=https://127.0.0.1:2379#' kube-apiserver.yaml
# All of them stopped at once take longer than the two seconds that crictl gives each of its questions.
crictl --timeout 60s rmp --all --force
ON_THE_NODE
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
