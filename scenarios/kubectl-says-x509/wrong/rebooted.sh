#!/bin/bash
# Renews the files and restarts the whole machine, with the shop on it.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm certs renew all
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config
ssh "$CONTROL_PLANE" sudo reboot || true
timeout 60 bash -c 'while kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
