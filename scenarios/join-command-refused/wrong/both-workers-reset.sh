#!/bin/bash
# Resets on the wrong machine first, notices, and joins both.
set -euo pipefail

ssh "$WORKER_1" sudo kubeadm reset --force
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)
# The control plane still takes the first worker for Ready, and would refuse a second machine of that name.
kubectl delete node "$WORKER_1"
for worker in "$WORKER_1" "$WORKER_2"; do
  ssh "$worker" "sudo $join $KUBEADM_FLAGS"
  kubectl wait --for=create "node/$worker" --timeout=60s
  kubectl wait node "$worker" --for=condition=Ready --timeout=120s
done
kubectl -n shop rollout status deployment/web --timeout=120s
