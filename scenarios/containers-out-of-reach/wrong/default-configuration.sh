#!/bin/bash
# The advice of many guides. Ready at once, and no new pod starts: another sandbox image, another cgroup driver.
set -euo pipefail

ssh "$WORKER_1" 'containerd config default | sudo tee /etc/containerd/config.toml' > /dev/null
ssh "$WORKER_1" sudo systemctl restart containerd
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
kubectl -n shop rollout status deployment/web --timeout=90s
