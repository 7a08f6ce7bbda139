#!/bin/bash
# The kubelet of the worker knows another CA than the one that signed the API server's client certificate.
set -euo pipefail

# Ready comes from the kubelet, which calls the API server. For logs the API server calls the kubelet: another
# connection, with another proof, and only that one is broken.
pod=$(kubectl -n kube-system get pods -l k8s-app=kube-proxy --field-selector "spec.nodeName=$WORKER_1" -o name)
kubectl -n kube-system logs "$pod" --tail=1 || true

# The kubelet lets in whom this CA has signed. Several CAs lie side by side on the control plane, and a copied file does
# not tell which one it is: its fingerprint does.
for node in "$CONTROL_PLANE" "$WORKER_1"; do
  ssh "$node" sudo openssl x509 -noout -subject -fingerprint -in /etc/kubernetes/pki/ca.crt
done

# Only the certificate: whoever has the CA's key can be anybody in the cluster, so it never leaves the control plane.
# The kubelet stays as strict as it was.
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/pki/ca.crt | ssh "$WORKER_1" 'sudo tee /etc/kubernetes/pki/ca.crt' > /dev/null
ssh "$WORKER_1" sudo systemctl restart kubelet

# A log that can be read is the proof. Ready was there all the time.
export pod
timeout 60 bash -c 'until kubectl -n kube-system logs "$pod" --tail=1; do sleep 1; done'
