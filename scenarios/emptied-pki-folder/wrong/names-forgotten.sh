#!/bin/bash
# Makes the certificates without the cluster's configuration: for the names that kubeadm thinks of by itself.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo tar -xzf - -C /etc/kubernetes/pki" < /opt/backup/pki.tgz
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
chown -R root: /etc/kubernetes/pki
kubeadm init phase certs all
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
ON_THE_NODE
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
