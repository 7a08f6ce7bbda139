#!/bin/bash
# "One pod is left, so I delete it."
set -euo pipefail

kubectl -n shop delete pod -l app=api --field-selector "spec.nodeName=$WORKER_2"
kubectl -n shop rollout status deployment/api --timeout=90s
