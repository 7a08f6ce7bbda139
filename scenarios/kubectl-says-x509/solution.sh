#!/bin/bash
# Renews the files, restarts all that has read them, and takes a new kubeconfig.
set -euo pipefail

# No API is needed for this: kubeadm signs with the authorities on the disk. They are good for years and stay, as nodes
# and service accounts rely on them.
ssh "$CONTROL_PLANE" sudo kubeadm certs check-expiration
ssh "$CONTROL_PLANE" sudo kubeadm certs renew all

# A renewed file is not yet a renewed process: not every component reads its certificate again by itself, and a restart
# of the kubelet restarts none of them. Their manifests go away and come back as they were; the shop's pods are left
# alone.
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
ON_THE_NODE

# The kubeconfig on this host has a certificate of its own in it, which nobody renews here.
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config

# Whoever asks now is shown the new certificate, and shows a new one himself.
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
kubectl get nodes
