#!/bin/bash
# Puts everything where it was and waits: nothing starts what has no manifest and no kubelet configuration.
set -euo pipefail

scp -q /opt/dr/etcd-snapshot.db /opt/dr/pki.tgz "$CONTROL_PLANE":
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
cd /home/student
tar -xzf pki.tgz -C /etc/kubernetes
etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd
systemctl restart kubelet
EOF
