#!/bin/bash
# kubeadm says that the node was upgraded, and that is taken for all of it.
set -euo pipefail

for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubeadm
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1
    apt-mark hold kubeadm
    kubeadm upgrade node $KUBEADM_FLAGS'"
done
