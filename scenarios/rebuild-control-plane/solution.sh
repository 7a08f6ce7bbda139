#!/bin/bash
# Identity first (PKI), then the data, then kubeadm: it keeps the certificates and the data that it finds.
set -euo pipefail

# The identity, the data and the settings: if one of them is missing it becomes another cluster.
scp -q /opt/dr/etcd-snapshot.db /opt/dr/pki.tgz /opt/dr/kubeadm-config.yaml "$CONTROL_PLANE":

# First the PKI, or kubeadm makes authorities that the worker does not trust. Then the data, for a member of the name
# and address that it is going to have; the raised revision makes all who have seen newer data read anew. kubeadm init
# keeps both, and makes what is missing.
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s -- "$KUBEADM_FLAGS" <<'EOF'
cd /home/student
tar -xzf pki.tgz -C /etc/kubernetes
name=$(hostname)
peer=https://$(ip -4 -o address show dev eth0 | awk '{ sub("/.*", "", $4); print $4 }'):2380
etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd \
  --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer" \
  --bump-revision 1000000000 --mark-compacted
kubeadm init --config kubeadm-config.yaml --ignore-preflight-errors=DirAvailable--var-lib-etcd "$@"
rm etcd-snapshot.db pki.tgz
EOF

# The worker comes back by itself, since it finds the CA and the Node object that it knows. Joined anew, it would stop
# the pods that serve.
kubectl wait node --all --for=condition=Ready --timeout=180s
kubectl -n shop rollout status deployment/web --timeout=60s
kubectl get pods --all-namespaces --output=wide
