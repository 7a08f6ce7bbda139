#!/bin/bash
# Finds the unit that takes the patch up at boot and starts it: the file says 2, and what runs is as old as before.
set -euo pipefail

for worker in "$WORKER_1" "$WORKER_2"; do
  kubectl drain "$worker" --ignore-daemonsets --delete-emptydir-data --timeout=180s
  ssh "$worker" 'sudo os-patch && sudo systemctl start os-patch-commit'
  kubectl uncordon "$worker"
  kubectl -n shop rollout status deployment/web --timeout=120s
done
