#!/bin/bash
# A new token with everything that belongs to it, used at once.
set -euo pipefail

# A token lasts a day: the one in the wiki is long gone. kubeadm prints a new one with the hash of the CA that belongs
# to it; an old hash beside a new token would be refused, too.
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)

# Used at once. It is good for a day, not for ever: a token that lasts lets in whoever finds it.
ssh "$WORKER_2" "sudo $join $KUBEADM_FLAGS"

# A node that has joined is not yet Ready: its network has to come up first.
kubectl wait node "$WORKER_2" --for=condition=Ready --timeout=120s
