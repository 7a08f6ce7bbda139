#!/bin/bash
# Throws the node away and joins it anew. It works, and everything that was known of the node is gone.
set -euo pipefail

kubectl delete node "$WORKER_1"
# What ran there is collected by the control plane after a while and started elsewhere.
kubectl -n shop wait --for=delete pod --field-selector "spec.nodeName=$WORKER_1" --timeout=180s
kubectl -n shop rollout status deployment/web --timeout=90s

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)
ssh "$WORKER_1" 'sudo kubeadm reset --force && sudo rm -f /etc/cni/net.d/* && sudo systemctl enable kubelet'
ssh "$WORKER_1" "sudo $join --node-name $WORKER_1 --ignore-preflight-errors=all"
kubectl wait --for=create "node/$WORKER_1" --timeout=60s
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
