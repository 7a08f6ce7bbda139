#!/bin/bash
# Renews everything that kubeadm knows of. The worker's certificate is not among it.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm certs renew all
ssh "$WORKER_1" sudo systemctl restart kubelet
