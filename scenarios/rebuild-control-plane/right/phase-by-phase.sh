#!/bin/bash
# The same in the steps that kubeadm init takes; the data are restored while nothing runs yet.
set -euo pipefail

scp -q /opt/dr/etcd-snapshot.db /opt/dr/pki.tgz /opt/dr/kubeadm-config.yaml "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
cd /home/student
tar -xzf pki.tgz -C /etc/kubernetes
kubeadm init phase certs all --config kubeadm-config.yaml
kubeadm init phase kubeconfig all --config kubeadm-config.yaml
kubeadm init phase control-plane all --config kubeadm-config.yaml
kubeadm init phase etcd local --config kubeadm-config.yaml
peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' /etc/kubernetes/manifests/etcd.yaml)
rm -rf /var/lib/etcd
etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd \
  --name "$(hostname)" --initial-cluster "$(hostname)=$peer" --initial-advertise-peer-urls "$peer"
kubeadm init phase kubelet-start --config kubeadm-config.yaml
export KUBECONFIG=/etc/kubernetes/admin.conf
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
kubeadm init phase kubelet-finalize all --config kubeadm-config.yaml
kubeadm init phase mark-control-plane --config kubeadm-config.yaml
EOF
kubectl wait node --all --for=condition=Ready --timeout=180s
kubectl -n shop rollout status deployment/web --timeout=60s
