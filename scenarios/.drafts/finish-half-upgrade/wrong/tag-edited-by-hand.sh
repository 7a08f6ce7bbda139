#!/bin/bash
# Imports the image and does the rest by hand, too: what is still missing in the manifests is a number.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  ctr -n k8s.io images import /opt/images/kube-controller-manager-v$TO_VERSION.tar
  sed -i s/:v$FROM_VERSION/:v$TO_VERSION/ /etc/kubernetes/manifests/kube-scheduler.yaml'"
for component in kube-controller-manager kube-scheduler; do
  kubectl -n kube-system wait pod "$component-$CONTROL_PLANE" --timeout=180s \
    --for=jsonpath='{.spec.containers[0].image}'="registry.k8s.io/$component:v$TO_VERSION"
  kubectl -n kube-system wait pod "$component-$CONTROL_PLANE" --for=condition=Ready --timeout=180s
done
kubectl -n kube-system get pods
