#!/bin/bash
# kubeadm is told first what it makes the manifests from; then the upgrade is one like any other.
set -euo pipefail

# kubeadm makes all four manifests anew, out of this ConfigMap and not out of what they say now. As it is, etcd would
# start with the data of before the recovery, without any complaint, and the audit log would lose its setting.
kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > cluster.yaml
sed -i 's#dataDir: /var/lib/etcd$#dataDir: /var/lib/etcd-restored#' cluster.yaml
sed -i '/^apiServer:$/,/extraArgs:$/s/extraArgs:$/&\n  - name: audit-log-maxage\n    value: "30"/' cluster.yaml
cat cluster.yaml

# Written down where every upgrade reads it: this one, and the next one, whoever does it.
kubectl -n kube-system create configmap kubeadm-config --from-file=ClusterConfiguration=cluster.yaml \
  --dry-run=client -o yaml | kubectl replace -f -

# From here on it is an upgrade like any other. The diff shows beforehand what would become of the manifests.
ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade diff v$TO_VERSION || true
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'"

# This was made after the recovery: that it is still there shows that etcd did not go back in time.
kubectl rollout status deployment/orders --timeout=60s
