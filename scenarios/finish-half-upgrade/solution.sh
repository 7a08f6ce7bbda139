#!/bin/bash
# The image first, then what waits for it, then kubeadm again: it goes on where it stopped.
set -euo pipefail

# One component waits, and its events say for what. As long as it is not there nothing is scaled or repaired.
kubectl -n kube-system get pods
kubectl -n kube-system describe pod "kube-controller-manager-$CONTROL_PLANE" | tail -n 5

# The kubelet sees only the images in containerd's namespace k8s.io: imported without it, the image is there and not
# found. What was delivered is taken; an old image under the new name would be the old program.
ssh "$CONTROL_PLANE" "sudo bash -ec '
  tail -n 3 /root/upgrade.log
  ls /opt/images
  ctr -n k8s.io images import /opt/images/kube-controller-manager-v$TO_VERSION.tar'"

# kubeadm begins with a Job. Who makes a pod of it is the very component that was missing.
kubectl -n kube-system wait pod "kube-controller-manager-$CONTROL_PLANE" --for=condition=Ready --timeout=180s
# It begins with a Job that has 15 seconds; a controller manager that has just come back may need longer to lead again.
for _ in 1 2 3; do
  ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS" && exit
  sleep 20
done
exit 1
