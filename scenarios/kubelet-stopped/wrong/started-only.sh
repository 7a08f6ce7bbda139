#!/bin/bash
# Ready again, until the next reboot.
set -euo pipefail

ssh "$WORKER_1" sudo systemctl start kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
