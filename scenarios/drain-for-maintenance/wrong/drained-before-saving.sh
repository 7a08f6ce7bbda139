#!/bin/bash
# Types the flags that drain asks for and only then thinks of the file: the bare pod is gone for good.
set -euo pipefail

mkdir -p /opt/rescue
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --force --timeout=180s
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt || true

timeout 120 bash -c 'until [ -e /opt/hw-done ]; do sleep 1; done'
kubectl uncordon "$WORKER_1"
