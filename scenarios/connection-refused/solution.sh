#!/bin/bash
# Reads what the runtime knows, mends one error after the other, and looks again after each.
set -euo pipefail

# There is no API to ask. What is left is the file that the kubelet starts the API server from, and the container
# runtime, which knows how the last attempt ended.
manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
lastLog='sudo crictl logs --tail 3 "$(sudo crictl ps --all --name "^kube-apiserver$" --quiet | head -1)"'

# Change what the log names and nothing else: a manifest made anew by kubeadm would start as well, but without what was
# set up for this cluster.
ssh "$CONTROL_PLANE" "$lastLog" || true
ssh "$CONTROL_PLANE" "sudo sed -i 's/--authorization-modes=/--authorization-mode=/' $manifest"

# The first error hid a second one: the server starts, and ends because it finds no etcd. Where etcd listens is written
# in etcd's own manifest, so nobody has to guess.
ssh "$CONTROL_PLANE" "sudo grep -- '--listen-client-urls=' /etc/kubernetes/manifests/etcd.yaml"
ssh "$CONTROL_PLANE" "sudo sed -i 's#--etcd-servers=.*#--etcd-servers=https://127.0.0.1:2379#' $manifest"

# A server that has been started is not yet one that answers: /readyz tells when it does, with etcd behind it.
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
kubectl get nodes
