#!/bin/bash
# Two rules of the packet filter, and a unit that puts them back at every boot.
set -euo pipefail

# The kubelet is well and gets no answer. Nothing at all, not even a refusal: somebody throws the packets away.
ssh "$WORKER_1" "curl -sk -m 5 https://$CONTROL_PLANE:6443/healthz || echo no answer"
ssh "$WORKER_1" sudo iptables -S | grep 6443

# Rules are put there by somebody, who does so again at the next boot: the cause goes before the effect.
unit=$(ssh "$WORKER_1" 'sudo grep -ls 6443 /etc/systemd/system/*.service')
ssh "$WORKER_1" sudo systemctl disable --now "$(basename "$unit")"

# These two and no others: the services, the pod network and the name resolution of the node are rules of the same
# filter.
ssh "$WORKER_1" 'sudo iptables -D INPUT -p tcp --sport 6443 -j DROP && sudo iptables -D OUTPUT -p tcp --dport 6443 -j DROP'

# The database's member has lived on all the while and is still the only one of its name: nothing has to be moved.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
