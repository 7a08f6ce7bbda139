#!/bin/bash
# Strikes the machine off the list. The control plane collects what was on it after a minute.
set -euo pipefail

kubectl delete node "$WORKER_2"
kubectl -n shop wait --for=delete pod --field-selector "spec.nodeName=$WORKER_2" --timeout=180s
kubectl -n shop rollout status statefulset/ledger --timeout=120s
