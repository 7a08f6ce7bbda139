#!/bin/bash
# import-images.sh ARCHIVE... : prints the names of all images there are afterwards. Puts image archives into the containerd of this (not booted) node, as kind's own image
# build does (sigs.k8s.io/kind pkg/build/nodeimage/imageimporter.go): unpacking is left to the booted node, because an
# overlay snapshot cannot be made on the overlay of a build container.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
containerd >/tmp/containerd.log 2>&1 &
containerd_pid=$!
for _ in $(seq 100); do
  ctr version >/dev/null 2>&1 && break
  sleep 0.1
done
for archive in "$@"; do
  ctr --namespace=k8s.io images import --no-unpack "$archive" >&2
done
ctr --namespace=k8s.io images ls -q
kill "$containerd_pid"
wait "$containerd_pid" || true
rm -rf /run/containerd /tmp/containerd.log
