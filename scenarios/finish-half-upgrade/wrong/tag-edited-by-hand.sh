#!/bin/bash
# Imports the image and does the rest by hand, too: what is still missing in the manifests is a number.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  ctr -n k8s.io images import /opt/images/kube-controller-manager-v$TO_VERSION.tar
  sed -i s/:v$FROM_VERSION/:v$TO_VERSION/ /etc/kubernetes/manifests/kube-scheduler.yaml'"
for component in kube-controller-manager kube-scheduler; do
  timeout 180 bash -c 'until kubectl -n kube-system wait pod "$0-$CONTROL_PLANE" --for=condition=Ready --timeout=20s &&
    kubectl -n kube-system get pod "$0-$CONTROL_PLANE" -o jsonpath="{.spec.containers[0].image}" | grep -q ":v$TO_VERSION"; do sleep 2; done' "$component"
done
kubectl -n kube-system get pods
