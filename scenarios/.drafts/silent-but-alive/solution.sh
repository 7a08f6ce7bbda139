#!/bin/bash
# Two rules of the packet filter, and a unit that puts them back at every boot.
set -euo pipefail

ssh "$WORKER_1" "curl -sk -m 5 https://$CONTROL_PLANE:6443/healthz || echo no answer"
ssh "$WORKER_1" sudo iptables -S | grep 6443
unit=$(ssh "$WORKER_1" 'sudo grep -ls 6443 /etc/systemd/system/*.service')
ssh "$WORKER_1" sudo systemctl disable --now "$(basename "$unit")"
ssh "$WORKER_1" 'sudo iptables -D INPUT -p tcp --sport 6443 -j DROP && sudo iptables -D OUTPUT -p tcp --dport 6443 -j DROP'
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
