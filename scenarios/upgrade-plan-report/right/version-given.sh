#!/bin/bash
# Names the version, so that nothing is looked up, and takes the plan as JSON.
set -euo pipefail

ssh "$CONTROL_PLANE" "sudo bash -ec '
  apt-mark unhold kubeadm
  apt-get update
  apt-get install -y kubeadm=$TO_VERSION-1.1
  apt-mark hold kubeadm'"
ssh "$CONTROL_PLANE" "sudo kubeadm upgrade plan v$TO_VERSION -o json" > plan.json

jq -r --arg from "$FROM" --arg to "$TO" '.availableUpgrades[0].components | map({(.name): .}) | add |
  "Cluster: " + .["kube-apiserver"].currentVersion,
  "Target: " + .["kube-apiserver"].newVersion,
  "etcd: " + .etcd.currentVersion + " -> " + .etcd.newVersion,
  "CoreDNS: " + .CoreDNS.currentVersion + " -> " + .CoreDNS.newVersion,
  "By hand: kubelet (and kubectl)",
  "Path: " + $from + " -> " + $to + " -> 1." + ($to | ltrimstr("1.") | tonumber + 1 | tostring)' plan.json > /opt/upgrade-plan.txt
cat /opt/upgrade-plan.txt
