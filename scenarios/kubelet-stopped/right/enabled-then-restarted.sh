#!/bin/bash
# Two commands instead of one, in a single login.
set -euo pipefail

ssh "$WORKER_1" 'sudo systemctl enable kubelet && sudo systemctl restart kubelet'
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
