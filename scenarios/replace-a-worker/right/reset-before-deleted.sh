#!/bin/bash
# Drains as far as it goes, sees why it waits, brings the new machine; resets the old one before its node is deleted.
set -euo pipefail

kubectl cordon "$WORKER_1"
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)
ssh "$SPARE_1" "sudo $join $KUBEADM_FLAGS"
kubectl wait --for=create "node/$SPARE_1" --timeout=60s
kubectl label node "$SPARE_1" disktype=ssd
kubectl drain "$WORKER_1" --ignore-daemonsets --timeout=180s
kubectl -n shop rollout status deployment/search --timeout=90s
ssh "$WORKER_1" sudo kubeadm reset --force
kubectl delete node "$WORKER_1"
