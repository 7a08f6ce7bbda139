#!/bin/bash
# Has the kubelet read its configuration anew. It is containerd whose file this is.
set -euo pipefail

kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s
ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
sed -i '/^\[plugins\."io\.containerd\.grpc\.v1\.cri"\]$/a max_container_log_line_size = 65536\nmax_concurrent_downloads = 5' /etc/containerd/config.toml
systemctl restart kubelet
ON_THE_NODE
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
kubectl uncordon "$WORKER_1"
