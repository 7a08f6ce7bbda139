#!/bin/bash
# The same, one step at a time: the bare pod copied and removed by hand, so that the drain needs no --force.
set -euo pipefail

mkdir -p /opt/rescue
kubectl cordon "$WORKER_1"
kubectl cp shop/legacy-batch:/work/result.txt /opt/rescue/result.txt
kubectl -n shop delete pod legacy-batch
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s

timeout 120 bash -c 'until [ -e /opt/hw-done ]; do sleep 1; done'
kubectl uncordon "$WORKER_1"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
