#!/bin/bash
# Orders first, mends then, and restarts the kubelet for good measure: it disturbs no pod.
set -euo pipefail

kubectl -n shop scale deployment web --replicas=5
ssh "$CONTROL_PLANE" sudo bash -s <<'ON_THE_NODE'
set -euo pipefail
cp /etc/kubernetes/manifests/kube-controller-manager.yaml /root/
sed -i 's/controller_manager.conf/controller-manager.conf/' /root/kube-controller-manager.yaml
cp /root/kube-controller-manager.yaml /etc/kubernetes/manifests/
mv /etc/kubernetes/kube-scheduler.yaml /etc/kubernetes/manifests/
systemctl restart kubelet
ON_THE_NODE
kubectl -n shop wait deployment/web --for=jsonpath='{.status.readyReplicas}'=5 --timeout=120s
