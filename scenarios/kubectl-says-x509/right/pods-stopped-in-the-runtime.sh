#!/bin/bash
# Ends the control plane's pods in the runtime: the kubelet starts them again, without the manifests being moved.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
kubeadm certs renew all
for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
  crictl pods --namespace kube-system --label "component=$name" --state ready --quiet | xargs --no-run-if-empty crictl stopp
done
ON_THE_NODE
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
