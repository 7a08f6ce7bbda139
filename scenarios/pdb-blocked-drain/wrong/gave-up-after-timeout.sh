#!/bin/bash
# Starts a drain of their own with a timeout and takes its end for success.
set -euo pipefail

kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=15s || true
kubectl get node "$WORKER_2"
