#!/bin/bash
# with-containerd.sh ROOT COMMAND... : runs a command while the containerd of this (not booted) node runs on the state in
# ROOT, as kind's own image build does (sigs.k8s.io/kind pkg/build/nodeimage/imageimporter.go). Exits as the command did.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
root=$1
shift
containerd --root "$root" >/tmp/containerd.log 2>&1 &
containerd_pid=$!
for _ in $(seq 100); do
  ctr version >/dev/null 2>&1 && break
  sleep 0.1
done
code=0
"$@" || code=$?
[ "$code" = 0 ] || tail -n 5 /tmp/containerd.log >&2
kill "$containerd_pid"
wait "$containerd_pid" || true
rm -rf /run/containerd /tmp/containerd.log
exit "$code"
