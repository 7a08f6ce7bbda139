#!/bin/bash
# Ready again, until the next reboot.
set -euo pipefail

ssh "$WORKER_1" 'sudo iptables -D INPUT -p tcp --sport 6443 -j DROP && sudo iptables -D OUTPUT -p tcp --dport 6443 -j DROP'
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
