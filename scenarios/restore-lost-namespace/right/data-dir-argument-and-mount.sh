#!/bin/bash
# Changes the path everywhere, also inside the container, and writes the manifest in one go.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
manifest=/etc/kubernetes/manifests/etcd.yaml
name=$(sed -n 's/.*--name=//p' "$manifest")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$manifest")
etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
mkdir -p /root/stopped
mv /etc/kubernetes/manifests/kube-*.yaml /root/stopped/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^kube-.*(server|manager|scheduler)$")" ]; do sleep 1; done'

sed 's#/var/lib/etcd$#/var/lib/etcd-from-backup#' "$manifest" > /root/etcd.yaml
chmod 0600 /root/etcd.yaml
before=$(crictl ps --quiet --name '^etcd$')
mv /root/etcd.yaml "$manifest"
export before
timeout 120 bash -c 'until now=$(crictl ps --quiet --name "^etcd$") && [ -n "$now" ] && [ "$now" != "$before" ]; do sleep 1; done'
mv /root/stopped/*.yaml /etc/kubernetes/manifests/
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl -n shop rollout status deployment/web --timeout=180s
