#!/bin/bash
# Restores with the defaults: the member is called "default" and says that it is to be reached at http://localhost:2380.
# Alone it works; the next control plane will not be able to join.
set -euo pipefail

scp -q /opt/dr/etcd-snapshot.db /opt/dr/pki.tgz /opt/dr/kubeadm-config.yaml "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s -- "$KUBEADM_FLAGS" <<'EOF'
cd /home/student
tar -xzf pki.tgz -C /etc/kubernetes
etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd --bump-revision 1000000000 --mark-compacted
kubeadm init --config kubeadm-config.yaml --ignore-preflight-errors=DirAvailable--var-lib-etcd "$@"
EOF
kubectl wait node --all --for=condition=Ready --timeout=180s
