#!/bin/bash
# "systemd looks for the program over there, so I put it there."
set -euo pipefail

ssh "$WORKER_1" sudo cp /usr/bin/kubelet /usr/local/bin/kubelet
ssh "$WORKER_1" "sudo sed -i 's#kubelet-clients.crt#ca.crt#' /var/lib/kubelet/config.yaml"
ssh "$WORKER_1" sudo systemctl restart kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
