#!/bin/bash
# Joins the new machine and forgets what the pods ask of a node: the drain waits for a place that nobody offers.
set -euo pipefail

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h --print-join-command)
ssh "$SPARE_1" "sudo $join $KUBEADM_FLAGS"
kubectl wait --for=create "node/$SPARE_1" --timeout=60s
kubectl wait node "$SPARE_1" --for=condition=Ready --timeout=120s
kubectl drain "$WORKER_1" --ignore-daemonsets --timeout=15s || true
kubectl -n shop get pods -o wide
