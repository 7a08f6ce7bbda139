#!/bin/bash
# Deletes the pod as one deletes pods: what goes is its picture in the API, and it is back in a moment.
set -euo pipefail

ssh "$WORKER_1" sudo cat /etc/kubelet.d/node-exporter.yaml | ssh "$WORKER_2" 'sudo tee /etc/kubernetes/manifests/node-exporter.yaml' > /dev/null
kubectl -n kube-system wait --for=create "pod/node-exporter-$WORKER_2" --timeout=60s
kubectl -n kube-system delete pod "node-exporter-$WORKER_1"
