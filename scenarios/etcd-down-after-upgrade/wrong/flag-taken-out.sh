#!/bin/bash
# Mends what the new etcd complains of. It runs, and the control plane is of two releases.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
rm /etc/kubernetes/manifests/etcd.yaml.orig
sed -i '/--enable-v2/d' /etc/kubernetes/manifests/etcd.yaml
timeout 120 bash -c 'until [ -n "$(crictl ps --quiet --state Running --name "^etcd$")" ]; do sleep 1; done'
systemctl restart kubelet
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
printf 'component: etcd\ncause: --enable-v2\n' > /opt/rca.txt
