#!/bin/bash
# Goes through the node's part of an upgrade with the kubeadm that is there: it knows nothing of the new kubelet.
set -euo pipefail

ssh "$WORKER_1" "sudo bash -ec '
  kubeadm upgrade node $KUBEADM_FLAGS
  apt-mark hold kubelet
  systemctl restart kubelet'"
kubectl get nodes
