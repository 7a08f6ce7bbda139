#!/bin/bash
# Restarts what can be restarted. The manifest is read again, and says what it said before.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo systemctl restart containerd kubelet
ssh "$CONTROL_PLANE" systemctl is-active containerd kubelet
