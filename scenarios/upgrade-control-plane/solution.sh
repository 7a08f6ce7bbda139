#!/bin/bash
# kubeadm, then the control plane, then the kubelet of a drained node.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }
# "kubectl uncordon" ends with 0 even when the API server did not take its patch: what counts is what the node says.
back_in_service() {
  patiently bash -c 'kubectl uncordon "$0"; is=$(kubectl get node "$0" -o jsonpath="{.spec.unschedulable}") && [ -z "$is" ]' "$1"
}

# kubeadm goes first, and alone: it upgrades to no release newer than itself, and a kubelet out of the same apt run
# would be newer than its API server, which is never allowed.
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade plan v$TO_VERSION
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'"

# kubeadm never replaces the kubelet. A minor release of it is not replaced under running pods, so the node is emptied.
kubectl drain "$CONTROL_PLANE" --ignore-daemonsets --timeout=180s

# The old kubelet runs on until it is restarted, and systemd takes no notice of a changed unit before daemon-reload. The
# hold leaves the next upgrade to somebody who means it.
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubelet kubectl
  apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubelet kubectl
  systemctl daemon-reload
  systemctl restart kubelet'"

# A package that is installed is not yet a kubelet that runs: the node itself says which one does.
patiently kubectl wait node "$CONTROL_PLANE" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
patiently kubectl wait node "$CONTROL_PLANE" --for=condition=Ready --timeout=120s

# A drained node stays cordoned until somebody takes that back.
back_in_service "$CONTROL_PLANE"
