#!/bin/bash
# Empties the node by deleting its pods one after the other. The customers notice nothing this time, but no budget was
# asked.
set -euo pipefail

mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt
kubectl cordon "$WORKER_1"
pods=$(kubectl -n shop get pods --field-selector "spec.nodeName=$WORKER_1" -l 'app!=agent' -o name)
for pod in $pods; do
  kubectl -n shop delete "$pod"
  kubectl -n shop rollout status deployment/web --timeout=60s
  kubectl -n shop rollout status deployment/cache --timeout=60s
done
# Whatever else runs there (system pods) goes the usual way.
kubectl drain "$WORKER_1" --ignore-daemonsets --timeout=60s

timeout 120 bash -c 'until [ -e /opt/hw-done ]; do sleep 1; done'
kubectl uncordon "$WORKER_1"
