#!/bin/bash
# The log cannot be read, the database can: it has everything, so it is what is restored from.
set -euo pipefail

# The log of etcd (wal) cannot be read, but the database beside it is whole, and newer than any backup. It is restored
# into a new directory, so that the damaged data stay as they are; the hash is skipped since only a snapshot ends with
# one. etcd alone is stopped: the bank's pods run on without it.
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

# The API server comes back when etcd does, in its own time: wait, and touch nothing meanwhile.
timeout 300 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get nodes
