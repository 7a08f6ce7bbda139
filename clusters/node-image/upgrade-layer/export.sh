#!/bin/bash
# Runs in a container of the node base of the minor that is upgraded to, whichever source that came from. Puts into
# /kubewright-build/out what the upgrade layer needs of it: kubeadm, kubelet and kubectl, and one archive of all images
# that this kubeadm wants.
set -euo pipefail
build=/kubewright-build
mkdir "$build/out"
cp -L /usr/bin/kubeadm /usr/bin/kubelet /usr/bin/kubectl "$build/out/"
mapfile -t images < <(kubeadm config images list --kubernetes-version "$(kubeadm version -o short)")
[ "${#images[@]}" -gt 0 ]
"$build/with-containerd.sh" /var/lib/containerd ctr --namespace=k8s.io images export "$build/out/images.tar" "${images[@]}"
