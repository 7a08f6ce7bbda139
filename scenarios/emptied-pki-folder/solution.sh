#!/bin/bash
# The irreplaceable from the copy, the rest from kubeadm with the cluster's own configuration, then a restart of all four.
set -euo pipefail

# What others know cannot be made anew, only restored: the authorities and the key of the service accounts. All the rest
# can be signed again. The list shows what the copy has.
tar -tzf /opt/backup/pki.tgz

# The copy first: kubeadm keeps what it finds, and where it finds none it makes authorities that nobody trusts.
ssh "$CONTROL_PLANE" "sudo tar -xzf - -C /etc/kubernetes/pki" < /opt/backup/pki.tgz

# The API still answers, out of its memory: now is the time to ask for the cluster's configuration, which knows all
# names that the API server's certificate has to be made out for.
kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' |
  ssh "$CONTROL_PLANE" 'cat > cluster.yaml'
ssh "$CONTROL_PLANE" sudo kubeadm init phase certs all --config cluster.yaml

# What runs has the old files in its memory and has to be started anew. A static pod ends when its manifest goes away,
# and starts when it comes back: an edit would change how it is set up, a reboot would take the shop along.
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
chown -R root: /etc/kubernetes/pki
mkdir /root/manifests
mv /etc/kubernetes/manifests/*.yaml /root/manifests/
timeout 90 bash -c 'until [ -z "$(crictl ps --name "^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$" --quiet)" ]; do sleep 1; done'
mv /root/manifests/*.yaml /etc/kubernetes/manifests/
ON_THE_NODE

# That all four start from these files is the proof: nothing else has shown yet that they could.
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
kubectl get nodes
