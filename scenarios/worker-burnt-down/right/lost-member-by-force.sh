#!/bin/bash
# Knows that the machine is off, so may do in the API what its kubelet cannot do any more: for this one pod.
set -euo pipefail

lost=$(kubectl -n shop get pods -l app=ledger --field-selector "spec.nodeName=$WORKER_2" -o name)
kubectl -n shop delete "$lost" --force --grace-period=0
kubectl -n shop wait --for=create "$lost" --timeout=60s
kubectl -n shop rollout status statefulset/ledger --timeout=120s
