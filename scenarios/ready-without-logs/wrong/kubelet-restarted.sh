#!/bin/bash
# A restart has helped so often.
set -euo pipefail

ssh "$WORKER_1" sudo systemctl restart kubelet
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=60s
