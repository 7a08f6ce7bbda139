#!/bin/bash
# Takes the manifest out of the folder, mends it there with a note and in another order, and puts it back.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
cd /etc/kubernetes
mv manifests/kube-apiserver.yaml /root/kube-apiserver.yaml
sed -i '1i # mended by hand' /root/kube-apiserver.yaml
sed -i 's/--authorization-modes=/--authorization-mode=/' /root/kube-apiserver.yaml
sed -i '/--etcd-servers=/d' /root/kube-apiserver.yaml
sed -i 's#^    - --authorization-mode=.*#&\n    - --etcd-servers=https://127.0.0.1:2379   \# as in etcd.yaml#' /root/kube-apiserver.yaml
mv /root/kube-apiserver.yaml manifests/kube-apiserver.yaml
ON_THE_NODE
timeout 180 bash -c 'until kubectl get --raw=/readyz > /dev/null 2>&1; do sleep 1; done'
