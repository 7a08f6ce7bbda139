#!/bin/bash
# Tries to take the dead members out, which needs the majority that is missing; then restarts what can be restarted.
set -euo pipefail

timeout 30 kubectl get nodes || true
ssh "$CONTROL_PLANE" sudo bash -eus <<'NODE'
pki=/etc/kubernetes/pki/etcd
manifest=/etc/kubernetes/manifests/etcd.yaml
ask() { etcdctl --cacert $pki/ca.crt --cert $pki/server.crt --key $pki/server.key "$@"; }
wait_for() { for _ in $(seq 90); do "$@" > /dev/null 2>&1 && return; sleep 1; done; echo "timed out: $*"; return 1; }

ask member list | awk -F ', ' -v own="$HOSTNAME" '$3 != own { print $1 }' | while read -r id; do
  ask --command-timeout=5s member remove "$id" < /dev/null || true
done
crictl stop "$(crictl ps --quiet --name '^etcd$')"
systemctl restart containerd kubelet
wait_for ask endpoint status
NODE
