#!/bin/bash
# Appends the right certificate and leaves the other one, to be on the safe side.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo cat /etc/kubernetes/pki/ca.crt | ssh "$WORKER_1" 'sudo tee -a /etc/kubernetes/pki/ca.crt' > /dev/null
ssh "$WORKER_1" sudo systemctl restart kubelet
timeout 60 bash -c 'until kubectl get --raw "/api/v1/nodes/$WORKER_1/proxy/healthz"; do sleep 1; done'
