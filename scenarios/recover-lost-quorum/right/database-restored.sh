#!/bin/bash
# Instead of the argument: a new data directory is made of the newest database file there is.
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

address=$(sed -n 's/^    - --initial-advertise-peer-urls=//p' /root/etcd.yaml)
mv /var/lib/etcd /var/lib/etcd.lost
etcdutl snapshot restore /opt/backup/etcd/member/snap/db --skip-hash-check --data-dir /var/lib/etcd \
  --name "$HOSTNAME" --initial-cluster "$HOSTNAME=$address" --initial-advertise-peer-urls "$address"
mv /root/etcd.yaml $manifest
wait_for ask endpoint health

# What has crashed for a while is tried again only every few minutes; a kubelet that starts does not wait.
systemctl restart kubelet
NODE

timeout 180 bash -c 'until kubectl get --raw=/readyz; do sleep 2; done'
