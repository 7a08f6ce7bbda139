#!/bin/bash
# Lets kubeadm fill the empty folder: all files are there again, and nobody knows the cluster any more.
set -euo pipefail

kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' |
  ssh "$CONTROL_PLANE" 'cat > cluster.yaml'
ssh "$CONTROL_PLANE" sudo kubeadm init phase certs all --config cluster.yaml

# The API server takes up its new certificate by itself, and from then on nobody trusts it any more.
timeout 120 bash -c 'while kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
