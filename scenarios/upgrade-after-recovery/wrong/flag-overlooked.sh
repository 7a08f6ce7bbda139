#!/bin/bash
# Thinks of the data, and not of what the auditors count on.
set -euo pipefail

kubectl -n kube-system get configmap kubeadm-config -o yaml |
  sed 's#dataDir: /var/lib/etcd$#dataDir: /var/lib/etcd-restored#' | kubectl replace -f -
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'"
