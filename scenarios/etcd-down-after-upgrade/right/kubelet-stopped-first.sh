#!/bin/bash
# Nobody starts anything while the folder is put in order; the manifest is mended by hand, line by line.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
systemctl stop kubelet
cd /etc/kubernetes/manifests
mv etcd.yaml.orig /root/
before=$(sed -n 's/^ *image: *//p' /etc/kubernetes/tmp/kubeadm-backup-manifests-*/etcd.yaml)
sed -i -e '/--enable-v2/d' -e "s#^\( *image: *\).*#\1$before#" etcd.yaml
systemctl start kubelet
# The old API server still runs and hangs, for want of etcd. A kubelet that begins anew tells it of the pod first, and
# waits for an answer, half a minute each time.
timeout 300 bash -c 'until [ -n "$(crictl ps --quiet --state Running --name "^etcd$")" ]; do sleep 1; done'
# The API server started beside it, and may have failed for want of it.
systemctl restart kubelet
EOF
timeout 180 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done' || {
  ssh "$CONTROL_PLANE" sudo crictl ps -a | cut -c 1-100 | tail -n 5
  exit 1
}
printf 'Component: etcd\nCause: the argument --enable-v2=true, which etcd 3.6 does not know\n' > /opt/rca.txt
