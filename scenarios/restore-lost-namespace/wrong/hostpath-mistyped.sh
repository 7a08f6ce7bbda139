#!/bin/bash
# One letter too few in the hostPath: the kubelet makes the missing directory (DirectoryOrCreate), etcd starts in it
# without a complaint, and the cluster is empty.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
manifest=/etc/kubernetes/manifests/etcd.yaml
name=$(sed -n 's/.*--name=//p' "$manifest")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$manifest")
etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
mkdir -p /root/stopped
mv /etc/kubernetes/manifests/*.yaml /root/stopped/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^(etcd|kube-.*(server|manager|scheduler))$")" ]; do sleep 1; done'
sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-from-backu#' /root/stopped/etcd.yaml
mv /root/stopped/*.yaml /etc/kubernetes/manifests/
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get namespaces
