#!/bin/bash
# A first certificate from the cluster's CA; the kubelet then gets one of its own, and kubelet.conf is to name that.
set -euo pipefail

ssh "$WORKER_1" 'sudo journalctl --unit kubelet --lines 50 --no-pager | grep -m 1 expired' || true
pem=/var/lib/kubelet/pki/kubelet-client-current.pem

kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' |
  ssh "$CONTROL_PLANE" 'cat > cluster.yaml'
ssh "$CONTROL_PLANE" "sudo kubeadm kubeconfig user --config cluster.yaml --org system:nodes --client-name system:node:$WORKER_1" |
  ssh "$WORKER_1" 'sudo tee /etc/kubernetes/kubelet.conf > /dev/null'
ssh "$WORKER_1" "sudo sh -c 'rm /var/lib/kubelet/pki/kubelet-client-* && systemctl restart kubelet'"

ssh "$WORKER_1" "sudo timeout 90 bash -c 'until [ -e $pem ]; do sleep 1; done'"
ssh "$WORKER_1" "sudo sed -i 's#client-certificate-data:.*#client-certificate: $pem#; s#client-key-data:.*#client-key: $pem#' /etc/kubernetes/kubelet.conf"
ssh "$WORKER_1" sudo systemctl restart kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
