#!/bin/bash
# Makes the join command by hand, with the sum of the certificate's file instead of that of its public key.
set -euo pipefail

token=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --ttl 1h)
hash=$(ssh "$CONTROL_PLANE" sudo sha256sum /etc/kubernetes/pki/ca.crt | cut -d' ' -f1)
ssh "$SPARE_1" "sudo timeout 30 kubeadm join $CONTROL_PLANE:6443 --token $token --discovery-token-ca-cert-hash sha256:$hash $KUBEADM_FLAGS" || true
