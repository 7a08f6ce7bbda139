#!/bin/bash
# Each kubelet has a folder of its own for static pods: from the one into the other.
set -euo pipefail

# Where a kubelet looks is a setting of each node, and these two differ: in the wrong folder the file does nothing.
folder() { ssh "$1" sudo grep staticPodPath /var/lib/kubelet/config.yaml | awk '{ print $2 }'; }
from=$(folder "$WORKER_1")
to=$(folder "$WORKER_2")

# The new one first, so that the exporter never is away. It has to be a file: a pod of the API could not start while the
# control plane is down.
ssh "$WORKER_1" sudo cat "$from/node-exporter.yaml" | ssh "$WORKER_2" "sudo tee $to/node-exporter.yaml" > /dev/null
kubectl -n kube-system wait --for=create "pod/node-exporter-$WORKER_2" --timeout=60s
kubectl -n kube-system wait --for=condition=Ready "pod/node-exporter-$WORKER_2" --timeout=60s

# Out of the folder, not to another name in it: the kubelet runs every file there. kubectl delete would take away only
# the picture that the API shows, and the kubelet hangs it up again.
ssh "$WORKER_1" sudo rm "$from/node-exporter.yaml"
kubectl -n kube-system wait --for=delete "pod/node-exporter-$WORKER_1" --timeout=60s
