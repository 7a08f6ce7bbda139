#!/bin/bash
# Two errors one behind the other: first the journal of systemd, then that of the kubelet.
set -euo pipefail

ssh "$WORKER_1" 'systemctl status kubelet --no-pager || true; systemctl cat kubelet | grep ExecStart='
ssh "$WORKER_1" sudo rm /etc/systemd/system/kubelet.service.d/20-hardening.conf
ssh "$WORKER_1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'

ssh "$WORKER_1" 'timeout 60 bash -c "until sudo journalctl -u kubelet -n 20 --no-pager | grep \"unable to load client CA\"; do sleep 1; done"'
ca=$(ssh "$CONTROL_PLANE" sudo cat /var/lib/kubelet/config.yaml | sed -n 's/^ *clientCAFile: //p')
ssh "$WORKER_1" "sudo sed -i 's#clientCAFile: .*#clientCAFile: $ca#' /var/lib/kubelet/config.yaml"
ssh "$WORKER_1" sudo systemctl restart kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
