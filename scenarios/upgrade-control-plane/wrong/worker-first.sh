#!/bin/bash
# Tries it on the worker first, where less can break, and without a drain, as little runs there.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }

ssh "$WORKER_1" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  kubeadm upgrade node $KUBEADM_FLAGS
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet'"
patiently kubectl wait node "$WORKER_1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
patiently kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
