#!/bin/bash
# Has both manifests written anew by kubeadm, without the configuration of this cluster.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo kubeadm init phase control-plane controller-manager --kubernetes-version v$FROM_VERSION"
ssh "$CONTROL_PLANE" "sudo kubeadm init phase control-plane scheduler --kubernetes-version v$FROM_VERSION"
ssh "$CONTROL_PLANE" sudo rm /etc/kubernetes/kube-scheduler.yaml
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
