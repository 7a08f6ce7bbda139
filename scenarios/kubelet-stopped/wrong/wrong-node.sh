#!/bin/bash
# The right command on the wrong machine.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo systemctl enable --now kubelet
ssh "$CONTROL_PLANE" systemctl is-active kubelet
