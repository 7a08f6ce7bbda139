#!/bin/bash
# Throws the whole folder away and has everything made anew, the authorities too.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
rm -r /etc/kubernetes/pki /etc/kubernetes/*.conf
kubeadm init phase certs all --config /kind/kubeadm.conf
kubeadm init phase kubeconfig all --config /kind/kubeadm.conf
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
systemctl restart kubelet
ON_THE_NODE
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
