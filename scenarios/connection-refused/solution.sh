#!/bin/bash
# Reads what the runtime knows, mends one error after the other, and looks again after each.
set -euo pipefail

manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
lastLog='sudo crictl logs --tail 3 "$(sudo crictl ps --all --name "^kube-apiserver$" --quiet | head -1)"'

ssh "$CONTROL_PLANE" "$lastLog" || true
ssh "$CONTROL_PLANE" "sudo sed -i 's/--authorization-modes=/--authorization-mode=/' $manifest"

ssh "$CONTROL_PLANE" "sudo grep -- '--listen-client-urls=' /etc/kubernetes/manifests/etcd.yaml"
ssh "$CONTROL_PLANE" "sudo sed -i 's#--etcd-servers=.*#--etcd-servers=https://127.0.0.1:2379#' $manifest"

timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
kubectl get nodes
