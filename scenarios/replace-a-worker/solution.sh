#!/bin/bash
# The new one first, so that there is a place to go; then the old one: drained, deleted, reset.
set -euo pipefail

# The new machine first: the pods ask for something that only the old one has, and drained before that they would be
# nowhere. The token is good for an hour, which is enough, and is worth nothing to whoever finds it later.
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h --print-join-command)
ssh "$SPARE_1" "sudo $join $KUBEADM_FLAGS"

# A new node begins without labels, and search goes only where the disk is an SSD.
kubectl wait --for=create "node/$SPARE_1" --timeout=60s
kubectl label node "$SPARE_1" disktype=ssd
kubectl wait node "$SPARE_1" --for=condition=Ready --timeout=120s

# Deleted as it is, the node would take its pods along, all at once. The drain moves them to where there is room now.
kubectl drain "$WORKER_1" --ignore-daemonsets --timeout=180s
kubectl -n shop rollout status deployment/search --timeout=90s

# A node in the API and the machine are two things. Without the reset the machine registers itself again at its next
# start, and whoever buys it has a key to the cluster.
kubectl delete node "$WORKER_1"
ssh "$WORKER_1" sudo kubeadm reset --force
