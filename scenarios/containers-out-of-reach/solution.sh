#!/bin/bash
# The unit is active and CRI is gone: its plug-in is switched off in the configuration.
set -euo pipefail

kubectl describe node "$WORKER_1" | grep KubeletNotReady
ssh "$WORKER_1" 'systemctl is-active containerd; sudo crictl ps || true; sudo grep -n disabled_plugins /etc/containerd/config.toml'
ssh "$WORKER_1" "sudo sed -i '/^disabled_plugins/d' /etc/containerd/config.toml"
ssh "$WORKER_1" sudo systemctl restart containerd
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
kubectl -n shop rollout status deployment/web --timeout=90s
