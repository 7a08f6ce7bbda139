#!/bin/bash
# One after the other, but with all pods on it: they go down with their node, without a warning.
set -euo pipefail

heartbeat() {
  kubectl -n kube-node-lease get lease "$1" -o 'jsonpath={.spec.renewTime}'
}

for worker in "$WORKER_1" "$WORKER_2"; do
  ssh "$worker" sudo os-patch
  ssh "$worker" sudo systemctl reboot || true
  until ssh -o ConnectTimeout=2 "$worker" grep -qx 2 /etc/os-patch-level; do sleep 1; done
  back=$(date --utc +%FT%TZ)
  until [[ $(heartbeat "$worker") > $back ]]; do sleep 1; done
  kubectl wait node "$worker" --for=condition=Ready --timeout=120s
  kubectl -n shop rollout status deployment/web --timeout=120s
done
