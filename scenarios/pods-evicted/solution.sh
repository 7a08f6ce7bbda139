#!/bin/bash
# What the kubelet is short of, which disk it means, what takes the room there.
set -euo pipefail

# The node says what it is short of. Which disk is meant, and what fills it, can be seen on the machine only.
kubectl describe node "$WORKER_1" | grep DiskPressure
ssh "$WORKER_1" 'df -h /var/lib/kubelet; sudo du -ax /var/lib/kubelet | sort -n | tail -4'

# The threshold is right and the disk is full. The taint only tells of that: taken away by hand, it comes back.
dump=$(ssh "$WORKER_1" sudo find /var/lib/kubelet -xdev -type f -size +10M)
ssh "$WORKER_1" sudo rm "$dump"

# The kubelet measures by itself; nothing has to be restarted for it.
kubectl wait node "$WORKER_1" --for=condition=DiskPressure=False --timeout=120s
# The control plane takes its taint away when it has read that.
timeout 30 bash -c 'while kubectl describe node "$WORKER_1" | grep disk-pressure:; do sleep 1; done'

# Pods that are well stay where they are, so all of them are on the other worker. A rolling restart places them anew, a
# few at a time: the shop is open meanwhile.
kubectl -n shop rollout restart deployment/web
kubectl -n shop rollout status deployment/web --timeout=120s
