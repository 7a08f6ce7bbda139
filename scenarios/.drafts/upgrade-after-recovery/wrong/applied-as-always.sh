#!/bin/bash
# An upgrade like any other. etcd starts without complaint, with the data of before the disaster; interrupted when that
# is seen.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  timeout 90 kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'" || true
kubectl get deployments || true
