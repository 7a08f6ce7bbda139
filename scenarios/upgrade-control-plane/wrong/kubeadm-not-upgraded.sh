#!/bin/bash
# Begins with the second step: the old kubeadm does not know the new release, and says so. Gives up, and leaves
# everything as it is by then.
set -euo pipefail

kubectl drain "$CONTROL_PLANE" --ignore-daemonsets --timeout=180s
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'" || true
kubectl get nodes
