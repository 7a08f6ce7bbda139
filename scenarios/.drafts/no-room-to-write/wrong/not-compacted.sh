#!/bin/bash
# Deletes and defragments: the old revisions of what was deleted are still there, so the file stays as large as it was.
set -euo pipefail

kubectl -n crash-reports delete configmaps --all
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask defrag
ask alarm disarm
EOF
head -c 800000 /dev/zero | tr '\0' x > report
kubectl -n crash-reports create configmap one-more --from-file=report || true
kubectl -n shop scale deployment web --replicas=5 || true
