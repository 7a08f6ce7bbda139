#!/bin/bash
# Plans for the release after the next: the plan is printed without complaint, only "apply" would refuse it.
set -euo pipefail

after="1.$((${TO#1.} + 1))"
ssh "$CONTROL_PLANE" "sudo bash -ec '
  { apt-mark unhold kubeadm
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1
    apt-mark hold kubeadm; } >&2
  kubeadm upgrade plan v$after.0'" > plan.txt
of() { awk -v name="$1" '$1 == name { print $(NF-1), $NF; exit }' plan.txt; }
{
  read -r now target <<< "$(of kube-apiserver)"
  echo "cluster: $now"
  echo "target: $target"
  echo "etcd: $(of etcd)"
  echo "coredns: $(of CoreDNS)"
  echo "by hand: kubelet"
  echo "path: $FROM $after"
} > /opt/upgrade-plan.txt
cat /opt/upgrade-plan.txt
