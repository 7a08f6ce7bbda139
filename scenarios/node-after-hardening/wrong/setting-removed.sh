#!/bin/bash
# "The file it asks for is not there, so it must not ask for it."
set -euo pipefail

ssh "$WORKER_1" sudo rm /etc/systemd/system/kubelet.service.d/20-hardening.conf
ssh "$WORKER_1" "sudo sed -i '/clientCAFile:/d' /var/lib/kubelet/config.yaml"
ssh "$WORKER_1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
