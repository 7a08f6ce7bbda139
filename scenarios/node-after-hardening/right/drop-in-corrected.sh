#!/bin/bash
# Leaves the colleagues' drop-in what does no harm, and takes the whole configuration from the other node.
set -euo pipefail

ssh "$WORKER_1" "sudo sed -i 's#^ExecStart=/usr/local/bin/#ExecStart=/usr/bin/#' /etc/systemd/system/kubelet.service.d/20-hardening.conf"
ssh "$CONTROL_PLANE" sudo cat /var/lib/kubelet/config.yaml | ssh "$WORKER_1" 'sudo tee /var/lib/kubelet/config.yaml' > /dev/null
ssh "$WORKER_1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
