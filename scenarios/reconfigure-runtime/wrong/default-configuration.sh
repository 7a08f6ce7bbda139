#!/bin/bash
# The advice of many guides: a whole default configuration, with the two values put in. It is Ready, and not like before.
set -euo pipefail

kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s
ssh "$WORKER_1" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
containerd config default |
  sed 's/max_container_log_line_size = .*/max_container_log_line_size = 65536/; s/max_concurrent_downloads = .*/max_concurrent_downloads = 5/' \
    > /etc/containerd/config.toml
systemctl restart containerd
until crictl info > /dev/null; do sleep 1; done
ON_THE_NODE
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
kubectl uncordon "$WORKER_1"
