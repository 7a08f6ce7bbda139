#!/bin/bash
# Goes on with the worker because it goes so well, and drains neither.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet'"
ssh "$WORKER_1" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  kubeadm upgrade node $KUBEADM_FLAGS
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet'"
for node in "$CONTROL_PLANE" "$WORKER_1"; do
  kubectl wait node "$node" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
  kubectl wait node "$node" --for=condition=Ready --timeout=120s
done
