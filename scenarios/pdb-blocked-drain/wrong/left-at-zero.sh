#!/bin/bash
# Stops the application for the drain and forgets it.
set -euo pipefail

kubectl -n shop scale deployment api --replicas=0
kubectl -n shop wait --for=delete pod -l app=api --timeout=90s
kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=120s
# The colleagues' patch takes a while, and nobody looks at the shop.
sleep 5
