#!/bin/bash
# Repairs the node, and then spreads the pods by starting all of them anew at once.
set -euo pipefail

ssh "$WORKER_1" sudo rm -r /var/lib/kubelet/.crash
kubectl wait node "$WORKER_1" --for=condition=DiskPressure=False --timeout=120s
timeout 30 bash -c 'while kubectl describe node "$WORKER_1" | grep disk-pressure:; do sleep 1; done'
kubectl -n shop delete pods -l app=web
kubectl -n shop rollout status deployment/web --timeout=120s
