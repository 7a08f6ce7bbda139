#!/bin/bash
# The kubelet of the worker knows another CA than the one that signed the API server's client certificate.
set -euo pipefail

pod=$(kubectl -n kube-system get pods -l k8s-app=kube-proxy --field-selector "spec.nodeName=$WORKER_1" -o name)
kubectl -n kube-system logs "$pod" --tail=1 || true
for node in "$CONTROL_PLANE" "$WORKER_1"; do
  ssh "$node" sudo openssl x509 -noout -subject -fingerprint -in /etc/kubernetes/pki/ca.crt
done
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/pki/ca.crt | ssh "$WORKER_1" 'sudo tee /etc/kubernetes/pki/ca.crt' > /dev/null
ssh "$WORKER_1" sudo systemctl restart kubelet
export pod
timeout 60 bash -c 'until kubectl -n kube-system logs "$pod" --tail=1; do sleep 1; done'
