#!/bin/bash
# The dead member leaves etcd, the dead node leaves the cluster, and the machine joins as a new control plane.
set -euo pipefail

ask='etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key'
ssh "$CONTROL_PLANE" sudo "$ask" member list --write-out=table
id=$(ssh "$CONTROL_PLANE" sudo "$ask" member list | awk -F ', ' -v name="$CONTROL_PLANE_3" '$3 == name { print $1 }')
ssh "$CONTROL_PLANE" sudo "$ask" member remove "$id"
kubectl delete node "$CONTROL_PLANE_3"

key=$(ssh "$CONTROL_PLANE" sudo kubeadm init phase upload-certs --upload-certs | tail -n 1)
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command --certificate-key "$key")
ssh "$CONTROL_PLANE_3" sudo "$join" "$KUBEADM_FLAGS"

kubectl wait --for=create "node/$CONTROL_PLANE_3" --timeout=60s
kubectl wait node "$CONTROL_PLANE_3" --for=condition=Ready --timeout=120s
