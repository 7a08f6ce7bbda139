#!/bin/bash
# As a machine that joins for the first time: a token, and the cluster signs what the kubelet asks for.
set -euo pipefail

token=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h)
ssh "$WORKER_1" sudo bash -s "$token" <<'ON_THE_NODE'
set -euo pipefail
cd /etc/kubernetes
cp kubelet.conf bootstrap-kubelet.conf
kubectl --kubeconfig=bootstrap-kubelet.conf config set-credentials bootstrap --token="$1"
kubectl --kubeconfig=bootstrap-kubelet.conf config set-context --current --user=bootstrap
rm kubelet.conf /var/lib/kubelet/pki/kubelet-client-*
systemctl restart kubelet
timeout 90 bash -c 'until [ -e kubelet.conf ]; do sleep 1; done'
rm bootstrap-kubelet.conf
ON_THE_NODE
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
ssh "$CONTROL_PLANE" sudo kubeadm token delete "${token%.*}"
