#!/bin/bash
# Renews every file and restarts nothing.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm certs renew all
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config
timeout 90 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done' || true
