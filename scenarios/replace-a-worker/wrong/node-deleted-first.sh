#!/bin/bash
# Begins with the end: the node is deleted with everything on it, and the machine reset.
set -euo pipefail

kubectl delete node "$WORKER_1"
ssh "$WORKER_1" sudo kubeadm reset --force
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h --print-join-command)
ssh "$SPARE_1" "sudo $join $KUBEADM_FLAGS"
kubectl wait --for=create "node/$SPARE_1" --timeout=60s
kubectl label node "$SPARE_1" disktype=ssd
# The control plane collects the pods of a node that is gone after a while, and starts others.
kubectl -n shop wait --for=delete pod --field-selector "spec.nodeName=$WORKER_1" --timeout=180s
kubectl -n shop rollout status deployment/search --timeout=90s
