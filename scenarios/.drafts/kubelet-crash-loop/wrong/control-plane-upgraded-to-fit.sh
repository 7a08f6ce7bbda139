#!/bin/bash
# Brings the cluster up to the worker instead of the worker back to the cluster, a week before anybody expects it.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'"
ssh "$WORKER_1" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet
  kubeadm upgrade node $KUBEADM_FLAGS
  systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
