#!/bin/bash
# One of two.
set -euo pipefail

node=$CONTROL_PLANE_2
ssh "$node" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade node $KUBEADM_FLAGS'"
kubectl drain "$node" --ignore-daemonsets --timeout=180s
ssh "$node" "sudo bash -ec '
  apt-mark unhold kubelet kubectl
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet'"
kubectl wait node "$node" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
kubectl wait node "$node" --for=condition=Ready --timeout=120s
kubectl uncordon "$node"
