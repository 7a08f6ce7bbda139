#!/bin/bash
# The member that is left becomes the only one of a new cluster, once; after that it is started as ever.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -eus <<'NODE'
pki=/etc/kubernetes/pki/etcd
manifest=/etc/kubernetes/manifests/etcd.yaml
ask() { etcdctl --cacert $pki/ca.crt --cert $pki/server.crt --key $pki/server.key "$@"; }
wait_for() { for _ in $(seq 90); do "$@" > /dev/null 2>&1 && return; sleep 1; done; echo "timed out: $*"; return 1; }
stopped() { [ -z "$(crictl ps --quiet --name '^etcd$')" ]; }
started_plainly() { pgrep -x etcd && ! pgrep -f -- --force-new-cluster && ask endpoint health; }

# It stands still while it is copied, so that the copy is whole.
mv $manifest /root/etcd.yaml
wait_for stopped
mkdir -p /opt/backup
cp -a /var/lib/etcd /opt/backup/etcd

sed 's/^    - etcd$/&\n    - --force-new-cluster/' /root/etcd.yaml > $manifest
wait_for ask endpoint health
ask member list --write-out=table

mv /root/etcd.yaml $manifest
wait_for started_plainly

# What has crashed for a while is tried again only every few minutes; a kubelet that starts does not wait.
systemctl restart kubelet
NODE

timeout 180 bash -c 'until kubectl get --raw=/readyz; do sleep 2; done'
kubectl get nodes
