#!/bin/bash
# The machine is known to be off: the taint says so to the cluster, which then no longer waits for it.
set -euo pipefail

kubectl -n shop get pods -o wide
kubectl wait node "$WORKER_2" --for=condition=Ready=Unknown --timeout=60s
kubectl taint nodes "$WORKER_2" node.kubernetes.io/out-of-service=nodeshutdown:NoExecute
kubectl -n shop wait --for=delete pod --field-selector "spec.nodeName=$WORKER_2" --timeout=120s
kubectl -n shop rollout status statefulset/ledger --timeout=120s
kubectl taint nodes "$WORKER_2" node.kubernetes.io/out-of-service-
