#!/bin/bash
# Restore into a new directory, stop everybody who has seen the old data, let etcd use the new directory, start them.
set -euo pipefail

# A restore only makes a directory, and a new one at that: the old one is the way back. etcd uses it when its hostPath
# says so. All four components stop meanwhile, or the API server and the controllers go on with what they remember and
# the restore has given up. The manifests go to another folder: the kubelet runs every file in this one.
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

# The kubelet starts all four from their manifests; /readyz says when there is an API again.
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'

# The objects are back with the data. Their containers have to be started anew, which takes somewhat longer.
kubectl -n shop rollout status deployment/web --timeout=180s
kubectl get deployments --all-namespaces
