#!/bin/bash
# The new one first, so that there is a place to go; then the old one: drained, deleted, reset.
set -euo pipefail

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h --print-join-command)
ssh "$SPARE_1" "sudo $join $KUBEADM_FLAGS"
kubectl wait --for=create "node/$SPARE_1" --timeout=60s
kubectl label node "$SPARE_1" disktype=ssd
kubectl wait node "$SPARE_1" --for=condition=Ready --timeout=120s

kubectl drain "$WORKER_1" --ignore-daemonsets --timeout=180s
kubectl -n shop rollout status deployment/search --timeout=90s
kubectl delete node "$WORKER_1"
ssh "$WORKER_1" sudo kubeadm reset --force
