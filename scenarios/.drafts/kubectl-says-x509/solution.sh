#!/bin/bash
# Renews the files, restarts all that has read them, and takes a new kubeconfig.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm certs check-expiration
ssh "$CONTROL_PLANE" sudo kubeadm certs renew all
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
ON_THE_NODE
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config

timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
kubectl get nodes
