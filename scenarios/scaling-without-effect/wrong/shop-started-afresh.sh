#!/bin/bash
# Mends both, then starts the shop afresh, all pods at once, "so that it notices".
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo sed -i 's/controller_manager.conf/controller-manager.conf/' /etc/kubernetes/manifests/kube-controller-manager.yaml"
ssh "$CONTROL_PLANE" sudo mv /etc/kubernetes/kube-scheduler.yaml /etc/kubernetes/manifests/
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
kubectl -n shop delete pods -l app=web --force --grace-period=0
kubectl -n shop rollout status deployment/web --timeout=120s
