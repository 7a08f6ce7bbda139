#!/bin/bash
# import-images.sh ARCHIVE... : puts image archives into the containerd of this (not booted) node, unpacked, and prints
# the names of all images there are afterwards.
#
# A node's /var is a volume that the engine fills from the image for every node of every cluster, and an image that is
# not unpacked is unpacked on every node at its first container. So what never changes, the content and the unpacked
# layers, is kept outside of /var, in the node image itself, which all nodes share; containerd finds it through links.
# What a drill adds to containerd later lies in /var as ever.
set -euo pipefail
here=$(dirname "$0")
state=/var/lib/containerd
# An overlay snapshot cannot be made on the overlay of a build container: this is a volume.
work=/kubewright-containerd # see clusters/images/work-container.ts
shared=/usr/lib/kubewright/containerd
snapshots=io.containerd.snapshotter.v1.overlayfs/snapshots
blobs=io.containerd.content.v1.content/blobs/sha256

mkdir -p "$work" "$shared/snapshots" "$shared/blobs"
[ ! -e "$state" ] || cp -a "$state/." "$work/"
# shellcheck disable=SC2016
"$here/with-containerd.sh" "$work" bash -euc '
  for archive in "$@"; do ctr --namespace=k8s.io images import "$archive" >&2; done
  ctr --namespace=k8s.io images ls -q' import "$@"

for blob in "$work/$blobs"/*; do
  [ -L "$blob" ] || { mv "$blob" "$shared/blobs/" && ln -s "$shared/blobs/${blob##*/}" "$blob"; }
done
for snapshot in "$work/$snapshots"/*; do
  # A whiteout is a device file, which the engine would take for a whiteout of its own.
  [ -L "$snapshot/fs" ] || find "$snapshot/fs" -type c | grep -q . ||
    { mv "$snapshot/fs" "$shared/snapshots/${snapshot##*/}" && ln -s "$shared/snapshots/${snapshot##*/}" "$snapshot/fs"; }
done
rm -rf "$state"
cp -a "$work" "$state"
find "$work" -mindepth 1 -delete
