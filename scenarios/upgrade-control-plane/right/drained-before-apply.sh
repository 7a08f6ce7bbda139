#!/bin/bash
# As many courses have it: the node is out of service from the first step to the last.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }
# "kubectl uncordon" ends with 0 even when the API server did not take its patch: what counts is what the node says.
back_in_service() {
  patiently bash -c 'kubectl uncordon "$0"; is=$(kubectl get node "$0" -o jsonpath="{.spec.unschedulable}") && [ -z "$is" ]' "$1"
}

kubectl drain "$CONTROL_PLANE" --ignore-daemonsets --timeout=180s
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet'"
patiently kubectl wait node "$CONTROL_PLANE" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
patiently kubectl wait node "$CONTROL_PLANE" --for=condition=Ready --timeout=120s
back_in_service "$CONTROL_PLANE"
