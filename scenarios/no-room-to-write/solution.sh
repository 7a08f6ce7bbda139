#!/bin/bash
# Give up what fills the database, then its old revisions, then the space in the file, and only then take back the alarm.
set -euo pipefail

kubectl -n shop scale deployment web --replicas=5 || true
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask endpoint status --write-out=table
ask alarm list
# What fills it, by namespace.
ask get /registry/configmaps/ --prefix --keys-only | grep . | cut -d / -f 4 | sort | uniq -c
EOF

kubectl -n crash-reports delete configmaps --all

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
ask defrag
ask alarm disarm
ask endpoint status --write-out=table
EOF

kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
