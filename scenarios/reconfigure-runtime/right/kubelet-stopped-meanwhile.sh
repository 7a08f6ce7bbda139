#!/bin/bash
# The same with the kubelet stopped while there is no runtime for it.
set -euo pipefail

kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s
ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
systemctl stop kubelet containerd
sed -i '/^\[plugins\."io\.containerd\.grpc\.v1\.cri"\]$/a max_concurrent_downloads = 5\nmax_container_log_line_size = 65536' /etc/containerd/config.toml
systemctl start containerd kubelet
until crictl info > /dev/null; do sleep 1; done
ON_THE_NODE
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
kubectl uncordon "$WORKER_1"
