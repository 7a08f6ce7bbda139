#!/bin/bash
# Clears the old Node object away, joins with a token of one hour, and deletes the token afterwards.
set -euo pipefail

kubectl delete node "$WORKER_2"
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h --print-join-command)
ssh "$WORKER_2" "sudo $join $KUBEADM_FLAGS"
kubectl wait node "$WORKER_2" --for=condition=Ready --timeout=120s
token=$(sed 's/.*--token \([^ ]*\).*/\1/' <<< "$join")
ssh "$CONTROL_PLANE" sudo kubeadm token delete "$token"
