#!/bin/bash
# Save what is only in the bare pod, drain, wait for the hardware team, put the node back.
set -euo pipefail

mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --force --timeout=180s

timeout 120 bash -c 'until [ -e /opt/hw-done ]; do sleep 1; done'
kubectl uncordon "$WORKER_1"
