#!/bin/bash
# Ends it first, and keeps the manifest on the node, in a folder below that the kubelet does not look into.
set -euo pipefail

ssh "$WORKER_1" 'sudo mkdir /etc/kubelet.d/off && sudo mv /etc/kubelet.d/node-exporter.yaml /etc/kubelet.d/off/'
kubectl -n kube-system wait --for=delete "pod/node-exporter-$WORKER_1" --timeout=60s
ssh "$WORKER_1" sudo cat /etc/kubelet.d/off/node-exporter.yaml |
  ssh "$WORKER_2" 'sudo tee /etc/kubernetes/manifests/node-exporter.yaml' > /dev/null
kubectl -n kube-system wait --for=create "pod/node-exporter-$WORKER_2" --timeout=60s
