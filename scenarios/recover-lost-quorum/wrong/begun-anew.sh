#!/bin/bash
# Puts the data directory away, and etcd begins anew with nothing in it.
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

rm -rf /var/lib/etcd/member
mv /root/etcd.yaml $manifest
wait_for ask endpoint health

# What has crashed for a while is tried again only every few minutes; a kubelet that starts does not wait.
systemctl restart kubelet
NODE

timeout 180 bash -c 'until kubectl get --raw=/readyz; do sleep 2; done'
