#!/bin/bash
# Sees to it that the wiki's page is never out of date again.
set -euo pipefail

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 0 --print-join-command)
echo "$join" | sudo tee /opt/wiki/join-a-worker.txt
ssh "$WORKER_2" "sudo $join $KUBEADM_FLAGS"
kubectl wait node "$WORKER_2" --for=condition=Ready --timeout=120s
