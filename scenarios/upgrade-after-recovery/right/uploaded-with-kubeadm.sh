#!/bin/bash
# The same by kubeadm's own means: the configuration as a file, uploaded, before the upgrade.
set -euo pipefail

kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > cluster.yaml
sed -i 's#dataDir: /var/lib/etcd$#dataDir: /var/lib/etcd-restored#' cluster.yaml
sed -i '/^apiServer:$/,/extraArgs:$/s/extraArgs:$/&\n  - name: audit-log-maxage\n    value: "30"/' cluster.yaml
ssh "$CONTROL_PLANE" 'cat > cluster.yaml' < cluster.yaml
ssh "$CONTROL_PLANE" "sudo bash -ec '
  kubeadm init phase upload-config kubeadm --config cluster.yaml
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm
  kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS'"
