#!/bin/bash
# The image first, then what waits for it, then kubeadm again: it goes on where it stopped.
set -euo pipefail

kubectl -n kube-system get pods
kubectl -n kube-system describe pod "kube-controller-manager-$CONTROL_PLANE" | tail -n 5
ssh "$CONTROL_PLANE" "sudo bash -ec '
  tail -n 3 /root/upgrade.log
  ls /opt/images
  ctr -n k8s.io images import /opt/images/kube-controller-manager-v$TO_VERSION.tar'"
kubectl -n kube-system wait pod "kube-controller-manager-$CONTROL_PLANE" --for=condition=Ready --timeout=180s
# It begins with a Job that has 15 seconds; a controller manager that has just come back may need longer to lead again.
for _ in 1 2 3; do
  ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS" && exit
  sleep 20
done
exit 1
