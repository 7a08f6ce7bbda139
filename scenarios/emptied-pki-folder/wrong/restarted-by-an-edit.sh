#!/bin/bash
# Has the kubelet restart the four by writing a label into each manifest, and leaves it there.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo tar -xzf - -C /etc/kubernetes/pki" < /opt/backup/pki.tgz
kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' |
  ssh "$CONTROL_PLANE" 'cat > cluster.yaml'
ssh "$CONTROL_PLANE" "sudo chown -R root: /etc/kubernetes/pki && sudo kubeadm init phase certs all --config cluster.yaml"

ssh "$CONTROL_PLANE" 'sudo sed -i "s/^  labels:/&\n    restarted: today/" /etc/kubernetes/manifests/*.yaml'
timeout 60 bash -c 'while kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
