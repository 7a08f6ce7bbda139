#!/bin/bash
# Mends what crashes and sees the pod appear. That it stays Pending is somebody else's shift.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo sed -i 's/controller_manager.conf/controller-manager.conf/' /etc/kubernetes/manifests/kube-controller-manager.yaml"
kubectl -n shop scale deployment web --replicas=5
timeout 90 bash -c 'until [ "$(kubectl -n shop get pods -l app=web -o name | wc -l)" = 5 ]; do sleep 1; done'
