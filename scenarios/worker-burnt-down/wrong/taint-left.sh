#!/bin/bash
# The right taint, and nobody who takes it away: a new machine of that name would get no pods.
set -euo pipefail

kubectl taint nodes "$WORKER_2" node.kubernetes.io/out-of-service=nodeshutdown:NoExecute
kubectl -n shop wait --for=delete pod --field-selector "spec.nodeName=$WORKER_2" --timeout=120s
kubectl -n shop rollout status statefulset/ledger --timeout=120s
