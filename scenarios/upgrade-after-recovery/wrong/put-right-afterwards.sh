#!/bin/bash
# Sees the applications vanish, breaks off, puts the manifest back, corrects the configuration and upgrades again. In the
# end everything is as it should be; for a while the cluster lived in last month.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s "$TO_VERSION" "$KUBEADM_FLAGS" <<'EOF'
apt-mark unhold kubeadm
apt-get update
apt-get install -y "kubeadm=$1-1.1"
apt-mark hold kubeadm
kubeadm upgrade apply "v$1" --yes $2 &
kubeadm=$!
timeout 180 bash -c 'until ps -C etcd -o args= | grep -q -- "--data-dir=/var/lib/etcd "; do sleep 1; done'
timeout 60 bash -c 'until curl -sf http://127.0.0.1:2381/readyz > /dev/null; do sleep 1; done'
kill -TERM "$kubeadm"
sleep 5
cp /etc/kubernetes/tmp/kubeadm-backup-manifests-*/etcd.yaml /etc/kubernetes/manifests/etcd.yaml
timeout 120 bash -c 'until ps -C etcd -o args= | grep -q -- "--data-dir=/var/lib/etcd-restored"; do sleep 1; done'
# Whoever has read the old data reads anew.
mkdir /root/stopped
mv /etc/kubernetes/manifests/kube-*.yaml /root/stopped/
timeout 120 bash -c 'until [ -z "$(crictl ps --quiet --name "^kube-(apiserver|controller-manager|scheduler)$")" ]; do sleep 1; done'
mv /root/stopped/*.yaml /etc/kubernetes/manifests/
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
# The leases are those of before: kubeadm gives up after 15 s for which nobody works.
for component in kube-controller-manager kube-scheduler; do
  export lease="kubectl -n kube-system get lease $component -o jsonpath={.spec.renewTime}"
  before=$($lease) timeout 120 bash -c 'until [ "$($lease)" != "$before" ]; do sleep 1; done'
done

kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > cluster.yaml
sed -i 's#dataDir: /var/lib/etcd$#dataDir: /var/lib/etcd-restored#' cluster.yaml
sed -i '/^apiServer:$/,/extraArgs:$/s/extraArgs:$/&\n  - name: audit-log-maxage\n    value: "30"/' cluster.yaml
kubectl -n kube-system create configmap kubeadm-config --from-file=ClusterConfiguration=cluster.yaml \
  --dry-run=client -o yaml | kubectl replace -f -
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade apply v$TO_VERSION --yes $KUBEADM_FLAGS"
