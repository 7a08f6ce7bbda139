#!/bin/bash
# Ready first, right afterwards: what was unsupported did run for a while.
set -euo pipefail

ssh "$WORKER_1" "sudo bash -ec '
  sed -i -E s/--pod-infra-container-image=[^[:space:]\\\"]*// /var/lib/kubelet/kubeadm-flags.env
  systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
kubectl get nodes
ssh "$WORKER_1" "sudo bash -ec '
  apt-get install -y --allow-downgrades kubelet=$FROM_VERSION-1.1
  apt-mark hold kubelet
  systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$FROM_VERSION" --timeout=120s
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
