#!/bin/bash
# Two replicas, two promised: add one, and the drain that is already waiting may go on.
set -euo pipefail

# ALLOWED DISRUPTIONS says 0: every pod is needed, so no eviction can pass, however long the drain waits.
kubectl -n shop get pdb api-pdb

# With one more than promised one may go. The budget stays: it is what was promised to the customers, and pods that are
# deleted by hand break it as well. Only a pod that is Ready counts.
kubectl -n shop scale deployment api --replicas=3
kubectl -n shop rollout status deployment/api --timeout=90s

# The drain still waits and tries again every 5 seconds: nothing has to be started anew.
export WORKER_2
timeout 120 bash -c '
  until [ -z "$(kubectl -n shop get pods -l app=api --field-selector "spec.nodeName=$WORKER_2" -o name)" ]; do sleep 1; done'

# The node is empty, the work is done when those that had to go are Ready elsewhere.
kubectl -n shop rollout status deployment/api --timeout=90s
