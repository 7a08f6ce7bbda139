#!/bin/bash
# Begins with the second step: the old kubeadm does not know the new release, and says so.
set -euo pipefail

kubectl get nodes
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS" || true
kubectl get nodes
