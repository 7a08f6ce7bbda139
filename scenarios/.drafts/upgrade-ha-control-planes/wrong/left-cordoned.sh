#!/bin/bash
# Nothing is put back into service, and no package is held again.
set -euo pipefail

for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
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
    systemctl daemon-reload
    systemctl restart kubelet'"
  kubectl wait node "$node" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
  kubectl wait node "$node" --for=condition=Ready --timeout=120s
done
