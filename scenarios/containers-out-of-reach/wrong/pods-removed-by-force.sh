#!/bin/bash
# Has the pods started elsewhere first, by force since they do not go otherwise; on the node they go on.
set -euo pipefail

kubectl -n shop delete pods --field-selector "spec.nodeName=$WORKER_1" --force --grace-period=0
ssh "$WORKER_1" "sudo sed -i '/^disabled_plugins/d' /etc/containerd/config.toml"
ssh "$WORKER_1" sudo systemctl restart containerd
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
kubectl -n shop rollout status deployment/web --timeout=90s
