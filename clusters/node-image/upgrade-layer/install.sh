#!/bin/bash
# Runs in a container of a node image; the result is committed as the node image of drills that upgrade. Input:
#   target/  kubeadm kubelet kubectl images.tar, as export.sh took them from the node base of the minor to upgrade to
# Nothing is upgraded here, and apt's lists stay as they are: `apt-get update` is the learner's first step.
set -euo pipefail
build=/kubewright-build
target=$build/target
"$build/add-packages.sh" "$target"
imported=$("$build/import-images.sh" "$target/images.tar")
version=$("$target/kubeadm" version -o short)
for image in $("$target/kubeadm" config images list --kubernetes-version "$version"); do
  grep -qxF "$image" <<<"$imported" || { echo "kubeadm $version wants $image, which is not there" >&2; exit 1; }
done
