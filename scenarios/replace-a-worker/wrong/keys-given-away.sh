#!/bin/bash
# Everything as it should be, with a token that never expires, and the administrator's kubeconfig on the worker "for later".
set -euo pipefail

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 0 --print-join-command)
ssh "$SPARE_1" "sudo $join $KUBEADM_FLAGS"
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf | ssh "$SPARE_1" 'sudo tee /etc/kubernetes/admin.conf' > /dev/null
kubectl wait --for=create "node/$SPARE_1" --timeout=60s
kubectl label node "$SPARE_1" disktype=ssd
kubectl wait node "$SPARE_1" --for=condition=Ready --timeout=120s

kubectl drain "$WORKER_1" --ignore-daemonsets --timeout=180s
kubectl -n shop rollout status deployment/search --timeout=90s
kubectl delete node "$WORKER_1"
ssh "$WORKER_1" sudo kubeadm reset --force
