#!/bin/bash
# Runs what the wiki says, and waits for it to help.
set -euo pipefail

ssh "$WORKER_2" "sudo timeout 20 $(cat /opt/wiki/join-a-worker.txt) $KUBEADM_FLAGS" || true
