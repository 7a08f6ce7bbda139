#!/bin/bash
# The new kubeadm plans; the report is read off its two tables.
set -euo pipefail

# kubeadm plans only for releases that it knows: it is the new one that is needed, and it alone. It is held again at
# once, so that nobody's next apt run takes the rest along.
plan=$(ssh "$CONTROL_PLANE" "sudo bash -ec '
  { apt-mark unhold kubeadm
    apt-get update
    apt-get install -y kubeadm=$TO_VERSION-1.1
    apt-mark hold kubeadm; } >&2
  kubeadm upgrade plan'")
printf '%s\n' "$plan"

# The report is read off the plan: a figure that is typed can be a wrong one.
of() { awk -v name="$1" '$1 == name { print $(NF-1), $NF; exit }' <<< "$plan"; }
{
  read -r now target <<< "$(of kube-apiserver)"
  echo "cluster: $now"
  echo "target: $target"
  echo "etcd: $(of etcd)"
  echo "coredns: $(of CoreDNS)"
  echo "by hand: $(awk '/must be upgraded manually/ { getline; getline; print $1; exit }' <<< "$plan")"
  echo "path: $FROM $TO 1.$((${TO#1.} + 1))"
} > /opt/upgrade-plan.txt
cat /opt/upgrade-plan.txt
