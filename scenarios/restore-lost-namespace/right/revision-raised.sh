#!/bin/bash
# The restore raises the revision above everything that was ever seen: nobody has to be restarted.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
manifest=/etc/kubernetes/manifests/etcd.yaml
name=$(sed -n 's/.*--name=//p' "$manifest")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$manifest")
etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer" \
  --bump-revision 1000000000 --mark-compacted

mv /etc/kubernetes/manifests/etcd.yaml /root/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^etcd$")" ]; do sleep 1; done'
sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-from-backup#' /root/etcd.yaml
mv /root/etcd.yaml /etc/kubernetes/manifests/
EOF
timeout 180 bash -c 'until kubectl -n shop get deployment web >/dev/null 2>&1; do sleep 1; done'
kubectl -n shop rollout status deployment/web --timeout=180s
