#!/bin/bash
# Endpoint and files are those of /etc/kubernetes/manifests/etcd.yaml.
set -euo pipefail

# Before the deletion, or the bank is not in it. A snapshot ends with a digest by which a restore sees that it is whole;
# a copied database has none. Every Secret is in it, so it is for root only, which is how etcdctl makes it.
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
mkdir -p /opt/backup
etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
  --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
  snapshot save /opt/backup/etcd-snapshot.db
etcdutl snapshot status /opt/backup/etcd-snapshot.db --write-out=table | tee /opt/backup/status.txt
EOF

# Only now is there a way back.
kubectl delete namespace bank --timeout=120s
