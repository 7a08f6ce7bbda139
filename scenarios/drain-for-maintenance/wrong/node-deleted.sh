#!/bin/bash
# Takes the node out of the cluster instead of out of service. Its pods are not moved, but nobody routes to them any
# more: looking at the application shows it.
set -euo pipefail

mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt
kubectl delete node "$WORKER_1"
kubectl get nodes
silent=0
for _ in $(seq 100); do
  curl --silent --fail --max-time 1 "http://$CONTROL_PLANE:30080/healthz" > /dev/null || silent=$((silent + 1))
  [ "$silent" -lt 4 ] || break
done
