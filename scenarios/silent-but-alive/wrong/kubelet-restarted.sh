#!/bin/bash
# "Kubelet stopped posting node status": so it must be the kubelet.
set -euo pipefail

ssh "$WORKER_1" sudo systemctl restart kubelet
ssh "$WORKER_1" systemctl is-active kubelet
