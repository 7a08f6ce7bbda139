#!/bin/bash
# The kubelet is a release ahead of its API server: it goes back, and is held there.
set -euo pipefail

kubectl get nodes
ssh "$WORKER_1" 'sudo journalctl -u kubelet -n 20 --no-pager; kubelet --version; tail -n 12 /var/log/apt/history.log'
ssh "$WORKER_1" "sudo bash -ec '
  apt-get install -y --allow-downgrades kubelet=$FROM_VERSION-1.1
  apt-mark hold kubelet
  systemctl daemon-reload
  systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
