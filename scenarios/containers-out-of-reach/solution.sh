#!/bin/bash
# The unit is active and CRI is gone: its plug-in is switched off in the configuration.
set -euo pipefail

# The node says itself what its kubelet misses. Its containers still run: to remove pods by force now would make two of
# each.
kubectl describe node "$WORKER_1" | grep KubeletNotReady

# "active" speaks of the process only. The kubelet needs the part that is called CRI, and crictl asks for the same part.
ssh "$WORKER_1" 'systemctl is-active containerd; sudo crictl ps || true; sudo grep -n disabled_plugins /etc/containerd/config.toml'

# One line is wrong, the rest was chosen for this node (cgroup driver, sandbox image): with a default configuration it
# would be Ready, and start no pod.
ssh "$WORKER_1" "sudo sed -i '/^disabled_plugins/d' /etc/containerd/config.toml"

# containerd reads its file only when it starts. The containers run on meanwhile: they do not depend on it to go on.
ssh "$WORKER_1" sudo systemctl restart containerd

# Ready is half of it: the shop is whole when the kubelet has found all of its pods again.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
kubectl -n shop rollout status deployment/web --timeout=90s
