#!/bin/bash
# kubeadm one after the other; then both machines are emptied and rebooted together, to be done sooner.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }

for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubeadm
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1
    kubeadm upgrade node $KUBEADM_FLAGS'"
done

kubectl drain "$CONTROL_PLANE_2" "$CONTROL_PLANE_3" --ignore-daemonsets --timeout=180s
for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubelet kubectl
    apt-get install -y kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
    apt-mark hold kubeadm kubelet kubectl'"
done
for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do ssh "$node" sudo reboot & done
wait || true
# Without a majority of etcd the API answers nobody: asked again until it does.
export TO_VERSION
for node in "$CONTROL_PLANE_2" "$CONTROL_PLANE_3"; do
  timeout 300 bash -c 'until kubectl wait node "$0" --for=jsonpath="{.status.nodeInfo.kubeletVersion}"="v$TO_VERSION" --timeout=60s; do sleep 2; done' "$node"
  timeout 120 bash -c 'until kubectl wait node "$0" --for=condition=Ready --timeout=60s && kubectl uncordon "$0"; do sleep 2; done' "$node"
done
