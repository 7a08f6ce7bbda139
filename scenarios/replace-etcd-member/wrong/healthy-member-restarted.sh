#!/bin/bash
# Restarts what still works, in the hope that it helps, then does the right thing.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo mv /etc/kubernetes/manifests/etcd.yaml /root/etcd.yaml
export CONTROL_PLANE
timeout 60 bash -c 'until [ -z "$(ssh "$CONTROL_PLANE" sudo crictl ps --quiet --name ^etcd\$)" ]; do sleep 1; done'
# As the recipe has it: 20 s, so that the kubelet has seen it.
ssh "$CONTROL_PLANE" 'sleep 20; sudo mv /root/etcd.yaml /etc/kubernetes/manifests/etcd.yaml'
timeout 120 bash -c 'until kubectl get --raw=/readyz; do sleep 2; done'

ask='etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key'
timeout 60 bash -c 'until ssh "$CONTROL_PLANE" sudo "$0" endpoint health; do sleep 2; done' "$ask"
id=$(ssh "$CONTROL_PLANE" sudo "$ask" member list | awk -F ', ' -v name="$CONTROL_PLANE_3" '$3 == name { print $1 }')
ssh "$CONTROL_PLANE" sudo "$ask" member remove "$id"
kubectl delete node "$CONTROL_PLANE_3"

key=$(ssh "$CONTROL_PLANE" sudo kubeadm init phase upload-certs --upload-certs | tail -n 1)
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command --certificate-key "$key")
ssh "$CONTROL_PLANE_3" sudo "$join" "$KUBEADM_FLAGS"

kubectl wait --for=create "node/$CONTROL_PLANE_3" --timeout=60s
kubectl wait node "$CONTROL_PLANE_3" --for=condition=Ready --timeout=120s
