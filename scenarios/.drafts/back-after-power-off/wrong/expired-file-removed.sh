#!/bin/bash
# Removes the expired certificate and hopes for a new one, which nobody gives to a kubelet without any.
set -euo pipefail

ssh "$WORKER_1" 'sudo rm /var/lib/kubelet/pki/kubelet-client-* && sudo systemctl restart kubelet'
