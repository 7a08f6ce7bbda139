#!/bin/bash
# Stops the whole shop so that the drain is quick, and starts it again afterwards.
set -euo pipefail

mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt
kubectl -n shop scale deployment web cache --replicas=0
kubectl -n shop wait --for=delete pod -l 'app in (web, cache)' --timeout=90s
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --force --timeout=120s

timeout 120 bash -c 'until [ -e /opt/hw-done ]; do sleep 1; done'
kubectl uncordon "$WORKER_1"
kubectl -n shop scale deployment web --replicas=4
kubectl -n shop scale deployment cache --replicas=2
kubectl -n shop rollout status deployment/web --timeout=90s
