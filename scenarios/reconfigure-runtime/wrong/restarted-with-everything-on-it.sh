#!/bin/bash
# "The containers go on running": so they do, this time, and nobody could have started or stopped one meanwhile.
set -euo pipefail

ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
sed -i '/^\[plugins\."io\.containerd\.grpc\.v1\.cri"\]$/a max_container_log_line_size = 65536\nmax_concurrent_downloads = 5' /etc/containerd/config.toml
systemctl restart containerd
until crictl info > /dev/null; do sleep 1; done
ON_THE_NODE
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
