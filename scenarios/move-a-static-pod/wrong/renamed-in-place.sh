#!/bin/bash
# Keeps a copy where the file was. To the kubelet every name is a good name.
set -euo pipefail

ssh "$WORKER_1" sudo cat /etc/kubelet.d/node-exporter.yaml | ssh "$WORKER_2" 'sudo tee /etc/kubernetes/manifests/node-exporter.yaml' > /dev/null
kubectl -n kube-system wait --for=create "pod/node-exporter-$WORKER_2" --timeout=60s
ssh "$WORKER_1" sudo mv /etc/kubelet.d/node-exporter.yaml /etc/kubelet.d/node-exporter.yaml.disabled
