#!/bin/bash
# Both survive this upgrade by way of patches that lie in a folder of the node. The next colleague will not know of them.
set -euo pipefail

ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s "$TO_VERSION" "$KUBEADM_FLAGS" <<'EOF'
mkdir -p /root/patches
cat > /root/patches/kube-apiserver0+json.yaml <<'PATCH'
- { op: add, path: /spec/containers/0/command/-, value: "--audit-log-maxage=30" }
PATCH
cat > /root/patches/etcd0+strategic.yaml <<'PATCH'
spec:
  volumes:
    - name: etcd-data
      hostPath: { type: DirectoryOrCreate, path: /var/lib/etcd-restored }
PATCH
cat > /root/patches/etcd1+json.yaml <<'PATCH'
- { op: add, path: /spec/containers/0/command/-, value: "--data-dir=/var/lib/etcd-restored" }
- { op: add, path: /spec/containers/0/volumeMounts/-, value: { name: etcd-data, mountPath: /var/lib/etcd-restored } }
PATCH
apt-mark unhold kubeadm
apt-get update
apt-get install -y "kubeadm=$1-1.1"
apt-mark hold kubeadm
kubeadm upgrade apply "v$1" --yes --patches /root/patches $2
EOF
