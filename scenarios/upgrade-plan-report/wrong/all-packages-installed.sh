#!/bin/bash
# Installs kubelet and kubectl along with kubeadm. Nothing runs yet, until the kubelet is started the next time.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm kubelet kubectl
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1 kubelet=$TO_VERSION-1.1 kubectl=$TO_VERSION-1.1
  apt-mark hold kubeadm kubelet kubectl'"
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade plan v$TO_VERSION -o json" > plan.json
jq -r --arg from "$FROM" --arg to "$TO" '.availableUpgrades[0].components | map({(.name): .}) | add |
  "cluster: " + .["kube-apiserver"].currentVersion,
  "target: " + .["kube-apiserver"].newVersion,
  "etcd: " + .etcd.currentVersion + " " + .etcd.newVersion,
  "coredns: " + .CoreDNS.currentVersion + " " + .CoreDNS.newVersion,
  "by hand: kubelet",
  "path: " + $from + " " + $to + " 1." + ($to | ltrimstr("1.") | tonumber + 1 | tostring)' plan.json > /opt/upgrade-plan.txt
