#!/bin/bash
# The member that is left becomes the only one of a new cluster, once; after that it is started as ever.
set -euo pipefail

# Without a majority not even the list of members can be changed: the last member has to begin a new cluster with its
# own data. The copy comes first, since that cannot be taken back. The argument is for one start only: left in the
# manifest, it would throw out every member that joins later.
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

# The API server has failed often by now. It is back when it finds an etcd that takes writes.
timeout 180 bash -c 'until kubectl get --raw=/readyz; do sleep 2; done'
kubectl get nodes
