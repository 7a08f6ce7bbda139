#!/bin/bash
# Stops the application, drains, starts it again.
set -euo pipefail

kubectl -n shop scale deployment api --replicas=0
kubectl -n shop wait --for=delete pod -l app=api --timeout=90s
kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=120s
kubectl -n shop scale deployment api --replicas=2
kubectl -n shop rollout status deployment/api --timeout=90s
