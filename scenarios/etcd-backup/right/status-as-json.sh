#!/bin/bash
# Another certificate that etcd accepts, the address of the node, and the status as JSON with the hash as a number.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
mkdir -p -m 0700 /opt/backup
export ETCDCTL_CACERT=/etc/kubernetes/pki/etcd/ca.crt
export ETCDCTL_CERT=/etc/kubernetes/pki/apiserver-etcd-client.crt ETCDCTL_KEY=/etc/kubernetes/pki/apiserver-etcd-client.key
etcdctl --endpoints="$(sed -n 's/.*--advertise-client-urls=//p' /etc/kubernetes/manifests/etcd.yaml)" snapshot save /opt/backup/etcd-snapshot.db
etcdutl snapshot status /opt/backup/etcd-snapshot.db --write-out=json > /opt/backup/status.txt
EOF
kubectl delete namespace bank --timeout=120s
