#!/bin/bash
# Wants to reboot both at once, so drains both: what has left the first has nowhere to go, and the second drain hangs.
set -euo pipefail

kubectl cordon "$WORKER_1" "$WORKER_2"
kubectl drain "$WORKER_1" "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=15s || true
kubectl -n shop get pods
