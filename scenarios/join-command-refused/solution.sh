#!/bin/bash
# A new token with everything that belongs to it, used at once.
set -euo pipefail

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)
ssh "$WORKER_2" "sudo $join $KUBEADM_FLAGS"
kubectl wait node "$WORKER_2" --for=condition=Ready --timeout=120s
