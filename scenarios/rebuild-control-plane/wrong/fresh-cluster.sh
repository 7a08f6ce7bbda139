#!/bin/bash
# kubeadm init first: a new CA and an empty store. It says "initialized successfully", and nobody knows this cluster.
set -euo pipefail

scp -q /opt/dr/kubeadm-config.yaml "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo kubeadm init --config kubeadm-config.yaml $KUBEADM_FLAGS
kubectl get nodes || true
