#!/bin/bash
# Each kubelet has a folder of its own for static pods: from the one into the other.
set -euo pipefail

folder() { ssh "$1" sudo grep staticPodPath /var/lib/kubelet/config.yaml | awk '{ print $2 }'; }
from=$(folder "$WORKER_1")
to=$(folder "$WORKER_2")
ssh "$WORKER_1" sudo cat "$from/node-exporter.yaml" | ssh "$WORKER_2" "sudo tee $to/node-exporter.yaml" > /dev/null
kubectl -n kube-system wait --for=create "pod/node-exporter-$WORKER_2" --timeout=60s
kubectl -n kube-system wait --for=condition=Ready "pod/node-exporter-$WORKER_2" --timeout=60s
ssh "$WORKER_1" sudo rm "$from/node-exporter.yaml"
kubectl -n kube-system wait --for=delete "pod/node-exporter-$WORKER_1" --timeout=60s
