#!/bin/bash
# The right version, until the next "apt upgrade".
set -euo pipefail

ssh "$WORKER_1" "sudo bash -ec '
  apt-get install -y --allow-downgrades kubelet=$FROM_VERSION-1.1
  systemctl restart kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
