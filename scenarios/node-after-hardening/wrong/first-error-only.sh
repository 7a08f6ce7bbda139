#!/bin/bash
# Mends what systemctl status shows, sees "active (running)" for a moment and takes it for success. "Restores" the
# configuration in the cluster's ConfigMap, which no kubelet reads by itself.
set -euo pipefail

ssh "$WORKER_1" sudo rm /etc/systemd/system/kubelet.service.d/20-hardening.conf
kubectl -n kube-system get configmap kubelet-config -o yaml |
  sed 's#cgroupDriver: systemd#&\n    maxPods: 110#' | kubectl apply -f -
ssh "$WORKER_1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'
