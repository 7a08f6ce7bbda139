#!/bin/bash
# Makes the kubelets alike, but the other one like this one: two of them are ahead of their API server now.
set -euo pipefail

for node in "$CONTROL_PLANE" "$WORKER_1"; do
  ssh "$node" "sudo bash -ec '
    apt-mark unhold kubelet
    apt-get update
    apt-get install -y kubelet=$TO_VERSION-1.1
    sed -i -E s/--pod-infra-container-image=[^[:space:]\\\"]*// /var/lib/kubelet/kubeadm-flags.env
    systemctl restart kubelet'"
done
kubectl wait node "$CONTROL_PLANE" "$WORKER_1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
kubectl wait node "$CONTROL_PLANE" "$WORKER_1" --for=condition=Ready --timeout=120s
