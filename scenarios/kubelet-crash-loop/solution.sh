#!/bin/bash
# The kubelet is a release ahead of its API server: it goes back, and is held there.
set -euo pipefail

# The journal names a flag that the kubelet does not know. Why it does not is told by the versions: this kubelet is
# newer than its API server, and that is never allowed.
kubectl get nodes
ssh "$WORKER_1" 'sudo journalctl -u kubelet -n 20 --no-pager; kubelet --version; tail -n 12 /var/log/apt/history.log'

# Back to the release of the cluster. Without the flag the kubelet would start, in a combination that nobody supports.
# The hold keeps the next "apt upgrade" from doing it again.
ssh "$WORKER_1" "sudo bash -ec '
  apt-get install -y --allow-downgrades kubelet=$FROM_VERSION-1.1
  apt-mark hold kubelet
  systemctl daemon-reload
  systemctl restart kubelet'"

# What counts is the kubelet that runs, not the package on the disk: the node has to report again.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
