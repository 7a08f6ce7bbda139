#!/bin/bash
# No snapshot; the shop is closed for the time; all packages of a worker at once, and what the new kubelet complains of
# is taken away by hand.
set -euo pipefail

# The new kubelet may start the API server anew: what asks meanwhile is refused, and asks again.
patiently() { timeout 300 bash -c 'until "$@"; do sleep 2; done' patiently "$@"; }

kubectl -n shop scale deployment web api --replicas=0
kubectl -n shop wait --for=delete pod -l app=api --timeout=90s
kubectl -n shop wait --for=delete pod -l app=web --timeout=90s
ssh "$WORKER_1" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1 kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  sed -i -E s/--pod-infra-container-image=[^[:space:]\\\"]*// /var/lib/kubelet/kubeadm-flags.env
  systemctl restart kubelet'"
patiently kubectl wait node "$WORKER_1" --for=jsonpath='{.status.nodeInfo.kubeletVersion}'="v$TO_VERSION" --timeout=120s
patiently kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
kubectl -n shop scale deployment web --replicas=4
kubectl -n shop scale deployment api --replicas=2
kubectl -n shop rollout status deployment/web --timeout=120s
kubectl -n shop rollout status deployment/api --timeout=120s
