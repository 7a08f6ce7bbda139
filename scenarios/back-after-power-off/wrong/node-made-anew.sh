#!/bin/bash
# Deletes the node, resets the machine and joins it. It works, and everything that was known of the node is gone.
set -euo pipefail

kubectl delete node "$WORKER_1"
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h --print-join-command)
ssh "$WORKER_1" sudo kubeadm reset --force
ssh "$WORKER_1" "sudo $join $KUBEADM_FLAGS"
kubectl wait --for=create "node/$WORKER_1" --timeout=60s
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
