#!/bin/bash
# Tells etcd who its members are, in arguments that it reads only when it has no data yet.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -eus <<'NODE'
pki=/etc/kubernetes/pki/etcd
manifest=/etc/kubernetes/manifests/etcd.yaml
ask() { etcdctl --cacert $pki/ca.crt --cert $pki/server.crt --key $pki/server.key "$@"; }
wait_for() { for _ in $(seq 90); do "$@" > /dev/null 2>&1 && return; sleep 1; done; echo "timed out: $*"; return 1; }
stopped() { [ -z "$(crictl ps --quiet --name '^etcd$')" ]; }

mv $manifest /root/etcd.yaml
wait_for stopped
mkdir -p /opt/backup
cp -a /var/lib/etcd /opt/backup/etcd

sed 's/^    - --initial-cluster=.*/&\n    - --initial-cluster-state=new\n    - --initial-cluster-token=rescue/' /root/etcd.yaml > $manifest
wait_for pgrep -f -- --initial-cluster-token=rescue
wait_for ask endpoint status
NODE
