#!/bin/bash
# Restarts everything that still works, on both machines at once, in the hope that it helps; then does the right thing.
set -euo pipefail

for node in "$CONTROL_PLANE" "$CONTROL_PLANE_2"; do
  ssh "$node" "sudo sh -c 'mkdir /root/manifests && mv /etc/kubernetes/manifests/*.yaml /root/manifests/'"
done
# The recipe says 20 s; it takes until the last container has ended.
for node in "$CONTROL_PLANE" "$CONTROL_PLANE_2"; do
  timeout 120 ssh "$node" 'until [ -z "$(sudo crictl ps --quiet --name "^(etcd|kube-apiserver)$")" ]; do sleep 1; done'
done
for node in "$CONTROL_PLANE" "$CONTROL_PLANE_2"; do
  ssh "$node" "sudo sh -c 'mv /root/manifests/*.yaml /etc/kubernetes/manifests/'"
done
timeout 180 bash -c 'until kubectl get --raw=/readyz; do sleep 2; done'

ask='etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key'
id=$(ssh "$CONTROL_PLANE" sudo "$ask" member list | awk -F ', ' -v name="$CONTROL_PLANE_3" '$3 == name { print $1 }')
ssh "$CONTROL_PLANE" sudo "$ask" member remove "$id"
kubectl delete node "$CONTROL_PLANE_3"

key=$(ssh "$CONTROL_PLANE" sudo kubeadm init phase upload-certs --upload-certs | tail -n 1)
join=$(ssh "$CONTROL_PLANE" sudo kubeadm token create --print-join-command --certificate-key "$key")
ssh "$CONTROL_PLANE_3" sudo "$join" "$KUBEADM_FLAGS"

kubectl wait --for=create "node/$CONTROL_PLANE_3" --timeout=60s
kubectl wait node "$CONTROL_PLANE_3" --for=condition=Ready --timeout=120s
