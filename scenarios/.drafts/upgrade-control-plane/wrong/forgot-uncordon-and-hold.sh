#!/bin/bash
# All of it is upgraded, in the right order; nothing is put back as it was.
set -euo pipefail

kubectl drain "$CONTROL_PLANE" --ignore-daemonsets --timeout=180s
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  systemctl daemon-reload
  systemctl restart kubelet'"
kubectl wait node "$CONTROL_PLANE" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
kubectl wait node "$CONTROL_PLANE" --for=condition=Ready --timeout=120s
