#!/bin/bash
# etcdctl has no "snapshot status" any more since 3.6: it prints its help, and ends without an error.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
mkdir -p /opt/backup
etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
  --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
  snapshot save /opt/backup/etcd-snapshot.db
etcdctl snapshot status /opt/backup/etcd-snapshot.db > /opt/backup/status.txt
EOF
kubectl delete namespace bank --timeout=120s
