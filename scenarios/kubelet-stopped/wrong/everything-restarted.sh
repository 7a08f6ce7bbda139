#!/bin/bash
# "Restarts" the shop first, all pods at once and by force, then mends the node.
set -euo pipefail

kubectl -n shop delete pods --all --force --grace-period=0
kubectl -n shop rollout status deployment/web --timeout=120s
ssh "$WORKER_1" sudo systemctl enable --now kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
