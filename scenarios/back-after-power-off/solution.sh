#!/bin/bash
# A first certificate from the cluster's CA; the kubelet then gets one of its own, and kubelet.conf is to name that.
set -euo pipefail

# kubectl shows NotReady and no reason. The journal has it: a kubelet whose certificate has expired ends after every
# start.
ssh "$WORKER_1" 'sudo journalctl --unit kubelet --lines 50 --no-pager | grep -m 1 expired' || true

# Where the kubelet keeps its newest certificate: in the end kubelet.conf has to name this file.
pem=/var/lib/kubelet/pki/kubelet-client-current.pem

# Only the cluster's CA can give a first certificate, and its key stays on the control plane. With the cluster's own
# configuration the kubeconfig gets the right address of the API server. It is made out for this node and for nobody
# else.
kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' |
  ssh "$CONTROL_PLANE" 'cat > cluster.yaml'
ssh "$CONTROL_PLANE" "sudo kubeadm kubeconfig user --config cluster.yaml --org system:nodes --client-name system:node:$WORKER_1" |
  ssh "$WORKER_1" 'sudo tee /etc/kubernetes/kubelet.conf > /dev/null'

# What has expired goes, so that nobody takes it for good. With its first certificate the kubelet asks for one of its
# own.
ssh "$WORKER_1" "sudo sh -c 'rm /var/lib/kubelet/pki/kubelet-client-* && systemctl restart kubelet'"

# The file is there when the control plane has signed the request. Named before that, it would lead nowhere.
ssh "$WORKER_1" "sudo timeout 90 bash -c 'until [ -e $pem ]; do sleep 1; done'"

# A certificate written into kubelet.conf is never renewed: in a year it would be the same again. The kubelet renews the
# file in time, and reads kubelet.conf when it starts.
ssh "$WORKER_1" "sudo sed -i 's#client-certificate-data:.*#client-certificate: $pem#; s#client-key-data:.*#client-key: $pem#' /etc/kubernetes/kubelet.conf"
ssh "$WORKER_1" sudo systemctl restart kubelet

# Ready is the proof: the node reports, under its own name.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
