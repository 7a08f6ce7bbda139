#!/bin/bash
# Restores into the directory and waits for the namespace to appear: etcd was never told.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup
ssh "$CONTROL_PLANE" sudo systemctl restart kubelet
kubectl get namespaces
