#!/bin/bash
# Without the saved configuration kubeadm sets up the control plane as it would any other: no audit log, other networks.
set -euo pipefail

scp -q /opt/dr/etcd-snapshot.db /opt/dr/pki.tgz "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s -- "$FROM_VERSION" "$KUBEADM_FLAGS" <<'EOF'
version=$1
shift
cd /home/student
tar -xzf pki.tgz -C /etc/kubernetes
name=$(hostname)
peer=https://$(ip -4 -o address show dev eth0 | awk '{ sub("/.*", "", $4); print $4 }'):2380
etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer" \
  --bump-revision 1000000000 --mark-compacted
kubeadm init --kubernetes-version "v$version" --ignore-preflight-errors=DirAvailable--var-lib-etcd "$@"
EOF
kubectl wait node --all --for=condition=Ready --timeout=180s
