#!/bin/bash
# Turns the thermometer down: the kubelet is content with what is left, and the disk fills on.
set -euo pipefail

ssh "$WORKER_1" "sudo sed -i 's/nodefs.available: .*/nodefs.available: 1Mi/' /var/lib/kubelet/config.yaml && sudo systemctl restart kubelet"
kubectl wait node "$WORKER_1" --for=condition=DiskPressure=False --timeout=120s
timeout 30 bash -c 'while kubectl describe node "$WORKER_1" | grep disk-pressure:; do sleep 1; done'
kubectl -n shop rollout restart deployment/web
kubectl -n shop rollout status deployment/web --timeout=120s
