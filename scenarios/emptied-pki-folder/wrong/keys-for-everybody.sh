#!/bin/bash
# Opens the folder for everybody, so that no right is missing anywhere, and restarts.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo tar -xzf - -C /etc/kubernetes/pki" < /opt/backup/pki.tgz
kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' |
  ssh "$CONTROL_PLANE" 'cat > cluster.yaml'
ssh "$CONTROL_PLANE" "sudo chown -R root: /etc/kubernetes/pki && sudo kubeadm init phase certs all --config cluster.yaml"

ssh "$CONTROL_PLANE" sudo chmod -R a+rX /etc/kubernetes/pki
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
ON_THE_NODE
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
