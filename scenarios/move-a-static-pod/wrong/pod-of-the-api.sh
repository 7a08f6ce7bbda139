#!/bin/bash
# Makes an ordinary pod of the same name, bound to the other worker.
set -euo pipefail

ssh "$WORKER_1" sudo cat /etc/kubelet.d/node-exporter.yaml |
  sed "s/name: node-exporter$/name: node-exporter-$WORKER_2/; s/^spec:/spec:\n  nodeName: $WORKER_2/" | kubectl apply -f -
kubectl -n kube-system wait --for=condition=Ready "pod/node-exporter-$WORKER_2" --timeout=60s
ssh "$WORKER_1" sudo rm /etc/kubelet.d/node-exporter.yaml
kubectl -n kube-system wait --for=delete "pod/node-exporter-$WORKER_1" --timeout=60s
