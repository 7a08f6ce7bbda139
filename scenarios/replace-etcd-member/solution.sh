#!/bin/bash
# The dead member leaves etcd, the dead node leaves the cluster, and the machine joins as a new control plane.
set -euo pipefail

# Two lists know the lost machine, and etcd's is the one that counts votes.
ask='etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key'
ssh "$CONTROL_PLANE" sudo "$ask" member list --write-out=table

# A member that lost its disk cannot come back as the one it was. As long as it is in the list it counts for the
# majority, and kubeadm finds etcd unwell. To remove it takes the majority that is still there.
id=$(ssh "$CONTROL_PLANE" sudo "$ask" member list | awk -F ', ' -v name="$CONTROL_PLANE_3" '$3 == name { print $1 }')
ssh "$CONTROL_PLANE" sudo "$ask" member remove "$id"

# The old Node object goes, too: the machine begins as a new one.
kubectl delete node "$CONTROL_PLANE_3"

# A control plane needs the certificates that all of them share. The cluster hands them over, encrypted with this key
# and for two hours: no private key is copied by hand.
key=$(ssh "$CONTROL_PLANE" sudo kubeadm init phase upload-certs --upload-certs | tail -n 1)
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command --certificate-key "$key")
ssh "$CONTROL_PLANE_3" sudo "$join" "$KUBEADM_FLAGS"

# A node that has registered is not yet Ready: its network has to come up first.
kubectl wait --for=create "node/$CONTROL_PLANE_3" --timeout=60s
kubectl wait node "$CONTROL_PLANE_3" --for=condition=Ready --timeout=120s
