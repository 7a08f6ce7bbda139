#!/bin/bash
# Looks at who is at work, and mends the two that are not.
set -euo pipefail

# The API server only writes down what is wished. Two others act on it, and their leases say when each was last at work.
kubectl -n kube-system get leases kube-controller-manager kube-scheduler

# One of them ends at every start, and its log says why. Its manifest is corrected, not made anew: kubeadm's own lacks
# what was set up for this cluster.
ssh "$CONTROL_PLANE" 'sudo crictl logs --tail 3 "$(sudo crictl ps --all --name "^kube-controller-manager$" --quiet | head -1)"' || true
ssh "$CONTROL_PLANE" "sudo sed -i 's/controller_manager.conf/controller-manager.conf/' /etc/kubernetes/manifests/kube-controller-manager.yaml"

# The other one is not there at all: its manifest lies where no kubelet looks. Without it new pods would stay Pending.
ssh "$CONTROL_PLANE" sudo mv /etc/kubernetes/kube-scheduler.yaml /etc/kubernetes/manifests/

# Now there is somebody to carry the order out. The pods that serve have nothing to do with it and stay.
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
