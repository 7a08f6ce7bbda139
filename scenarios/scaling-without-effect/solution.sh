#!/bin/bash
# Looks at who is at work, and mends the two that are not.
set -euo pipefail

kubectl -n kube-system get leases kube-controller-manager kube-scheduler
ssh "$CONTROL_PLANE" 'sudo crictl logs --tail 3 "$(sudo crictl ps --all --name "^kube-controller-manager$" --quiet | head -1)"' || true
ssh "$CONTROL_PLANE" "sudo sed -i 's/controller_manager.conf/controller-manager.conf/' /etc/kubernetes/manifests/kube-controller-manager.yaml"
ssh "$CONTROL_PLANE" sudo mv /etc/kubernetes/kube-scheduler.yaml /etc/kubernetes/manifests/

kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
