#!/bin/bash
# Takes away what the kubelet complains of. It comes up, a release ahead of its API server.
set -euo pipefail

ssh "$WORKER_1" "sudo bash -ec '
  sed -i -E s/--pod-infra-container-image=[^[:space:]\\\"]*// /var/lib/kubelet/kubeadm-flags.env
  systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
