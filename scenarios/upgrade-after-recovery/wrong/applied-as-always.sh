#!/bin/bash
# An upgrade like any other. etcd starts without complaint, with the data of before the disaster; broken off when that
# is seen, and left so.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s "$TO_VERSION" "$KUBEADM_FLAGS" <<'EOF'
apt-mark unhold kubeadm
apt-get update
apt-get install -y "kubeadm=$1-1.1"
apt-mark hold kubeadm
kubeadm upgrade apply "v$1" --yes $2 &
kubeadm=$!
timeout 180 bash -c 'until ps -C etcd -o args= | grep -q -- "--data-dir=/var/lib/etcd "; do sleep 1; done'
timeout 60 bash -c 'until curl -sf http://127.0.0.1:2381/readyz > /dev/null; do sleep 1; done'
# The API server is next: kubeadm must not come that far.
kill -TERM "$kubeadm"
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get deployments
