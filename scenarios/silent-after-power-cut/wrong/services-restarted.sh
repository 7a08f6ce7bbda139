#!/bin/bash
# Restarts what can be restarted: a damaged file stays damaged.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
systemctl restart kubelet
crictl rm --force "$(crictl ps --all --quiet --name '^etcd$' | head -n 1)"
EOF
