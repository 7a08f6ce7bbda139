#!/bin/bash
# "The control plane instance for this node was successfully upgraded!" says kubeadm, and that is taken for all of it.
set -euo pipefail

ssh "$CONTROL_PLANE_2" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade node $KUBEADM_FLAGS'"
kubectl get nodes
