#!/bin/bash
# Has the kubelet restart the four by writing a label into each manifest, and leaves it there.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm certs renew all
ssh "$CONTROL_PLANE" 'sudo sed -i "s/^  labels:/&\n    restarted: today/" /etc/kubernetes/manifests/*.yaml'
ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/admin.conf > ~/.kube/config
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
