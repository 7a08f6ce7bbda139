#!/bin/bash
# All packages at once, kubelet first. It does not start, so what it complains of is taken away by hand; then the
# control plane follows, and in the end everything looks as it should.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 600 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }
# "kubectl uncordon" ends with 0 even when the API server did not take its patch: what counts is what the node says.
back_in_service() {
  patiently bash -c 'kubectl uncordon "$0"; is=$(kubectl get node "$0" -o jsonpath="{.spec.unschedulable}") && [ -z "$is" ]' "$1"
}

kubectl drain "$CONTROL_PLANE" --ignore-daemonsets --timeout=180s
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1 kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet
  sed -i -E s/--pod-infra-container-image=[^[:space:]\\\"]*// /var/lib/kubelet/kubeadm-flags.env
  systemctl restart kubelet'"
patiently kubectl wait node "$CONTROL_PLANE" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
patiently kubectl wait node "$CONTROL_PLANE" --for=condition=Ready --timeout=120s
# An API server that has just come back knows its own roles a little later, and the first Job has 15 seconds.
patiently ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS"
back_in_service "$CONTROL_PLANE"
