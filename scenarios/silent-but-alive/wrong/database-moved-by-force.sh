#!/bin/bash
# Wants the member of the database back before anything else, and takes the silent node for a dead one.
set -euo pipefail

kubectl -n shop delete pod db-0 --force --grace-period=0
ssh "$WORKER_1" sudo systemctl disable --now office-baseline
ssh "$WORKER_1" 'sudo iptables -D INPUT -p tcp --sport 6443 -j DROP && sudo iptables -D OUTPUT -p tcp --dport 6443 -j DROP'
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
