#!/bin/bash
# The kubelet does not run and does not start at boot: mend both.
set -euo pipefail

# Every condition is Unknown: nobody reports any more. That says nothing about the pods, which run on.
kubectl describe node "$WORKER_1" | grep -A 8 '^Conditions:'

# Two questions at once: does the unit run now, and does it start at boot?
ssh "$WORKER_1" systemctl status kubelet --no-pager || true

# Started only, it would be gone after the next reboot. A kubelet that starts finds its containers again: nothing else
# has to be restarted or moved.
ssh "$WORKER_1" sudo systemctl enable --now kubelet

# "active" is what systemd says. The node is back when it reports itself.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
