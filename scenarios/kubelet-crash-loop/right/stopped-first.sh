#!/bin/bash
# Ends the loop before anything else, and puts the whole set of packages back.
set -euo pipefail

ssh "$WORKER_1" "sudo bash -ec '
  systemctl stop kubelet
  apt-get update
  apt-get install -y --allow-downgrades --allow-change-held-packages kubeadm=$FROM_VERSION-1.1 kubelet=$FROM_VERSION-1.1 kubectl=$FROM_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl
  systemctl start kubelet'"
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
