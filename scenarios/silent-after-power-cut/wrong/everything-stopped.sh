#!/bin/bash
# Ends everything on the machine first, so that nothing disturbs. The bank was the one thing that still worked.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
systemctl stop kubelet
# All of them stopped at once take longer than the two seconds that crictl gives each of its questions.
crictl --timeout 60s rmp --all --force > /dev/null
name=$(sed -n 's/.*--name=//p' /etc/kubernetes/manifests/etcd.yaml)
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' /etc/kubernetes/manifests/etcd.yaml)
etcdutl snapshot restore /var/lib/etcd/member/snap/db --skip-hash-check --data-dir /var/lib/etcd-recovered \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer"
sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-recovered#' /etc/kubernetes/manifests/etcd.yaml
systemctl start kubelet
EOF
timeout 300 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubectl get nodes
