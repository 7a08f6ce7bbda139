#!/bin/bash
# Lets kubeadm write a new manifest, without the configuration of this cluster: it starts, and the audit log is gone.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo kubeadm init phase control-plane apiserver --kubernetes-version v$FROM_VERSION"
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
