#!/bin/bash
# Removes the expired certificate and hopes for a new one, which nobody gives to a kubelet without any.
set -euo pipefail

ssh "$WORKER_1" "sudo sh -c 'rm /var/lib/kubelet/pki/kubelet-client-* && systemctl restart kubelet'"
