#!/bin/bash
# The kubelet does not run and does not start at boot: mend both.
set -euo pipefail

kubectl describe node "$WORKER_1" | grep -A 8 '^Conditions:'
ssh "$WORKER_1" systemctl status kubelet --no-pager || true
ssh "$WORKER_1" sudo systemctl enable --now kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
