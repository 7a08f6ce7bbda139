#!/bin/bash
# Drain, two lines into the table where they belong, restart, look at what came of it, uncordon.
set -euo pipefail

# While containerd is started anew it can neither start nor stop anything: nobody's pods are to depend on it then.
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s

# A key counts only in the table it belongs to, and elsewhere it is passed over. A file written anew would lose what was
# chosen for this node. crictl info tells what containerd runs with, the file only what is wished.
ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
sed -i '/^\[plugins\."io\.containerd\.grpc\.v1\.cri"\]$/a\  max_container_log_line_size = 65536\n  max_concurrent_downloads = 5' /etc/containerd/config.toml
systemctl restart containerd
until crictl info | grep -E 'maxContainerLogSize|maxConcurrentDownloads'; do sleep 1; done
ON_THE_NODE

# The node goes back into service when its kubelet has found the runtime again, and by hand: a drain does not end by
# itself.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
kubectl uncordon "$WORKER_1"
