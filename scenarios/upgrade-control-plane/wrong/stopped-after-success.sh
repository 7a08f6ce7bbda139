#!/bin/bash
# "SUCCESS!", says kubeadm, and is believed: the kubelet is no part of what it upgrades.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'"
kubectl get nodes
