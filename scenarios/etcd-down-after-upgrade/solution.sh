#!/bin/bash
# Asks the container why it ended, puts back the manifest that kubeadm had kept, and takes away what is beside it.
set -euo pipefail

# The API server waits for etcd, and etcd's last container says why it ended: on an argument. So it has not touched its
# data, and nothing has to be restored: the manifest of before is enough, which kubeadm has kept. The copy beside it
# goes, for the kubelet runs every file in this folder, and two manifests of the same pod take turns.
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

# etcd that runs is not yet an API that answers: /readyz tells.
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get nodes

# Whoever upgrades next meets the same argument again, unless it has been written down.
printf 'component: etcd\ncause: --enable-v2\n' > /opt/rca.txt
