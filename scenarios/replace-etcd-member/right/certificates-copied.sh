#!/bin/bash
# The shared certificates go from machine to machine, and the Node object stays: kubeadm joins under it.
set -euo pipefail

ask='etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key'
id=$(ssh "$CONTROL_PLANE" sudo "$ask" member list | awk -F ', ' -v name="$CONTROL_PLANE_3" '$3 == name { print $1 }')
ssh "$CONTROL_PLANE" sudo "$ask" member remove "$id"

ssh "$CONTROL_PLANE" sudo tar -c -C /etc/kubernetes/pki ca.crt ca.key sa.pub sa.key \
  front-proxy-ca.crt front-proxy-ca.key etcd/ca.crt etcd/ca.key |
  ssh "$CONTROL_PLANE_3" 'sudo mkdir -p /etc/kubernetes/pki && sudo tar -x -C /etc/kubernetes/pki'
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command)
ssh "$CONTROL_PLANE_3" sudo "$join" --control-plane "$KUBEADM_FLAGS"
kubectl wait node "$CONTROL_PLANE_3" --for=condition=Ready --timeout=120s
