#!/bin/bash
# Ends the colleague's drain, makes room in the budget, then drains in person.
set -euo pipefail

sudo pkill -u ops -x kubectl
kubectl -n shop scale deployment api --replicas=3
kubectl -n shop rollout status deployment/api --timeout=90s
kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=120s
kubectl -n shop rollout status deployment/api --timeout=90s
