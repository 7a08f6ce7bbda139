#!/bin/bash
# Takes both out of service at once, to be prepared, installs the new packages and takes that for the upgrade.
set -euo pipefail

kubectl cordon "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"
for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubeadm kubelet kubectl
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
    kubeadm version -o short'"
done
kubectl get nodes
