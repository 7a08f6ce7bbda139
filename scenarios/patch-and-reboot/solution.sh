#!/bin/bash
# One worker after the other: drain, patch, reboot, wait until it is really back, uncordon.
set -euo pipefail

# The Ready of before the reboot stays for 50 s: only a heartbeat from after it says anything. The kubelet renews its lease
# every 10 s; the time that stands with Ready can be five minutes old.
heartbeat() {
  kubectl -n kube-node-lease get lease "$1" -o 'jsonpath={.spec.renewTime}'
}

# One worker at a time: the pods of the one have to have a place on the other, and whatever is left goes down with the
# machine.
for worker in "$WORKER_1" "$WORKER_2"; do
  kubectl drain "$worker" --ignore-daemonsets --delete-emptydir-data --timeout=180s

# A patch on the disk changes nothing for what already runs: it takes effect when the machine starts anew.
  ssh "$worker" sudo os-patch
  ssh "$worker" sudo systemctl reboot || true

# The machine's own word first, then a heartbeat from after that: before it, Ready speaks of the machine that was.
  until ssh -o ConnectTimeout=2 "$worker" grep -qx 2 /etc/os-patch-level; do sleep 1; done
  back=$(date --utc +%FT%TZ)
  until [[ $(heartbeat "$worker") > $back ]]; do sleep 1; done
  kubectl wait node "$worker" --for=condition=Ready --timeout=120s

# A drained node stays cordoned. The other worker is emptied only when the shop is at its full number again.
  kubectl uncordon "$worker"
  kubectl -n shop rollout status deployment/web --timeout=120s
done
