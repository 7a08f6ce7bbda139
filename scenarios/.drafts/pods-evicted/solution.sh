#!/bin/bash
# What the kubelet is short of, which disk it means, what takes the room there.
set -euo pipefail

kubectl describe node "$WORKER_1" | grep DiskPressure
ssh "$WORKER_1" 'df -h /var/lib/kubelet; sudo du -ax /var/lib/kubelet | sort -n | tail -4'
dump=$(ssh "$WORKER_1" sudo find /var/lib/kubelet -xdev -type f -size +10M)
ssh "$WORKER_1" sudo rm "$dump"
kubectl wait node "$WORKER_1" --for=condition=DiskPressure=False --timeout=120s
# The control plane takes its taint away when it has read that.
timeout 30 bash -c 'while kubectl describe node "$WORKER_1" | grep disk-pressure:; do sleep 1; done'
kubectl -n shop rollout restart deployment/web
kubectl -n shop rollout status deployment/web --timeout=120s
