#!/bin/bash
# Joins with the command that is at hand: a node comes back, but no control plane.
set -euo pipefail

ask='etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key'
id=$(ssh "$CONTROL_PLANE" sudo "$ask" member list | awk -F ', ' -v name="$CONTROL_PLANE_3" '$3 == name { print $1 }')
ssh "$CONTROL_PLANE" sudo "$ask" member remove "$id"
kubectl delete node "$CONTROL_PLANE_3"

join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)
ssh "$CONTROL_PLANE_3" sudo "$join" "$KUBEADM_FLAGS"

kubectl wait --for=create "node/$CONTROL_PLANE_3" --timeout=60s
kubectl wait node "$CONTROL_PLANE_3" --for=condition=Ready --timeout=120s
