#!/bin/bash
# Asks the container why it ended, puts back the manifest that kubeadm had kept, and takes away what is beside it.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
timeout 120 bash -c 'until [ -n "$(crictl ps -a --quiet --name "^etcd$")" ]; do sleep 1; done'
crictl ps -a
crictl logs "$(crictl ps -a --quiet --name '^etcd$' | head -n 1)" 2>&1 | tail -n 5
ls -A /etc/kubernetes/manifests /etc/kubernetes/tmp
rm /etc/kubernetes/manifests/etcd.yaml.orig
cp /etc/kubernetes/tmp/kubeadm-backup-manifests-*/etcd.yaml /etc/kubernetes/manifests/etcd.yaml
timeout 120 bash -c 'until [ -n "$(crictl ps --quiet --state Running --name "^etcd$")" ]; do sleep 1; done'
# The API server may have failed often by now, and wait for minutes before the next attempt.
systemctl restart kubelet
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get nodes
printf 'component: etcd\ncause: --enable-v2\n' > /opt/rca.txt
