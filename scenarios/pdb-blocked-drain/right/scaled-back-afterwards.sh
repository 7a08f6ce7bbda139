#!/bin/bash
# As the solution, and back to two replicas when the node is empty.
set -euo pipefail

kubectl -n shop scale deployment api --replicas=3
kubectl -n shop rollout status deployment/api --timeout=90s
kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=120s
kubectl -n shop rollout status deployment/api --timeout=90s
kubectl -n shop scale deployment api --replicas=2
kubectl -n shop rollout status deployment/api --timeout=90s
