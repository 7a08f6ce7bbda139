#!/bin/bash
# Drain, two lines into the table where they belong, restart, look at what came of it, uncordon.
set -euo pipefail

kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s
ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
sed -i '/^\[plugins\."io\.containerd\.grpc\.v1\.cri"\]$/a\  max_container_log_line_size = 65536\n  max_concurrent_downloads = 5' /etc/containerd/config.toml
systemctl restart containerd
until crictl info | grep -E 'maxContainerLogSize|maxConcurrentDownloads'; do sleep 1; done
ON_THE_NODE
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
kubectl uncordon "$WORKER_1"
