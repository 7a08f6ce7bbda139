#!/bin/bash
# Drains the dead node. The kubelet that would have to end the pods is dead, too, and the drain waits for it.
set -euo pipefail

kubectl drain "$WORKER_2" --ignore-daemonsets --timeout=15s || true
kubectl -n shop get pods -o wide
