#!/bin/bash
# The identity is there and the data are not: the worker still trusts a cluster that does not know it any more.
set -euo pipefail

scp -q /opt/dr/pki.tgz /opt/dr/kubeadm-config.yaml "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s -- "$KUBEADM_FLAGS" <<'EOF'
cd /home/student
tar -xzf pki.tgz -C /etc/kubernetes
kubeadm init --config kubeadm-config.yaml "$@"
EOF
kubectl get nodes
