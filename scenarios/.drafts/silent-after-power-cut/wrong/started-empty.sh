#!/bin/bash
# Removes what etcd complains about. It starts, the API answers, and the cluster knows nothing: nobody is to run anything.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
rm -rf /var/lib/etcd/member
systemctl restart kubelet
EOF
timeout 300 bash -c 'until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'
# Nobody is to run anything any more: after a while the kubelets stop what they ran.
timeout 240 bash -c 'down=0; until [ "$down" -ge 6 ]; do
  if curl --silent --fail --max-time 2 --output /dev/null "http://$CONTROL_PLANE:30090/healthz"; then down=0; else down=$((down + 1)); fi
  sleep 1
done'
