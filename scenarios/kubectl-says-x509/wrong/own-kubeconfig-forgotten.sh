#!/bin/bash
# The cluster is well again, and the one who mended it still has the old certificate.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm certs renew all
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
timeout 180 bash -c 'until kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
ON_THE_NODE
