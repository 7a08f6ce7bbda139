#!/bin/bash
# The damaged directory goes elsewhere, the restored one takes its place: the manifest stays as it was.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
mv /etc/kubernetes/manifests/etcd.yaml /root/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^etcd$")" ]; do sleep 1; done'
mv /var/lib/etcd /var/lib/etcd-damaged
cp /var/lib/etcd-damaged/member/snap/db /root/database
name=$(sed -n 's/.*--name=//p' /root/etcd.yaml)
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' /root/etcd.yaml)
etcdutl snapshot restore /root/database --skip-hash-check --data-dir /var/lib/etcd \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer" \
  --bump-revision 1000000000 --mark-compacted
mv /root/etcd.yaml /etc/kubernetes/manifests/
EOF
timeout 300 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get nodes
