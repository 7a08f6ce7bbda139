#!/bin/bash
# Takes every node out of service "for the upgrade". Then no pod can move anywhere, and the first drain never ends.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  mkdir -p /opt/backup
  etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
    --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key \
    snapshot save /opt/backup/pre-upgrade.db'"
kubectl cordon "$CONTROL_PLANE" "$WORKER_1" "$WORKER_2"
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --timeout=15s || true
kubectl get nodes
