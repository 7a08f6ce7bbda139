#!/bin/bash
# Gives the kubelet the administrator's kubeconfig: it works, and every pod that breaks out is cluster-admin.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf | ssh "$WORKER_1" 'sudo tee /etc/kubernetes/kubelet.conf > /dev/null'
ssh "$WORKER_1" "sudo sh -c 'rm /var/lib/kubelet/pki/kubelet-client-* && systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
