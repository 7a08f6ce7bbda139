#!/bin/bash
# Two replicas, two promised: add one, and the drain that is already waiting may go on.
set -euo pipefail

kubectl -n shop get pdb api-pdb
kubectl -n shop scale deployment api --replicas=3
kubectl -n shop rollout status deployment/api --timeout=90s

export WORKER_2
timeout 120 bash -c '
  until [ -z "$(kubectl -n shop get pods -l app=api --field-selector "spec.nodeName=$WORKER_2" -o name)" ]; do sleep 1; done'
kubectl -n shop rollout status deployment/api --timeout=90s
