#!/bin/bash
# Each certificate by its own phase, and a restart by ending the control plane's pods in the runtime.
set -euo pipefail

kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > /tmp/cluster.yaml
scp -q /opt/backup/pki.tgz /tmp/cluster.yaml "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
tar -xzf /home/student/pki.tgz -C /etc/kubernetes/pki --owner=root --group=root
chown -R root: /etc/kubernetes/pki
for phase in apiserver apiserver-kubelet-client front-proxy-client etcd-server etcd-peer etcd-healthcheck-client apiserver-etcd-client; do
  kubeadm init phase certs "$phase" --config /home/student/cluster.yaml
done
for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
  crictl pods --namespace kube-system --label "component=$name" --quiet | xargs crictl stopp
done
ON_THE_NODE
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
