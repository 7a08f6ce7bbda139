#!/bin/bash
# add-packages.sh FOLDER: makes Debian packages of the kubeadm, kubelet and kubectl in FOLDER, puts them into the apt
# repository of their minor on this node, and names that repository in apt's sources. Package names, versions
# ("1.34.4-1.1") and one repository per minor are those of pkgs.k8s.io
# (https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/change-package-repository/); the files are on the node's
# own disk and not signed, so that apt works without any network. Nothing is installed here.
set -euo pipefail
folder=$1
version=$("$folder/kubeadm" version -o short)
version=${version#v}
minor=${version%.*}
repository=/opt/pkgs.k8s.io/core:/stable:/v$minor/deb
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$repository"
for program in kubeadm kubelet kubectl; do
  root=$work/$program
  install -D -m 0755 "$folder/$program" "$root/usr/bin/$program"
  mkdir "$root/DEBIAN"
  # Upstream's packages depend on CNI plug-ins, crictl and some of Debian's packages. A node has all of them, the first
  # two not as packages, so nothing is named here. There are no scripts either, as upstream: a new kubelet does not run
  # before somebody restarts it.
  cat > "$root/DEBIAN/control" <<CONTROL
Package: $program
Version: $version-1.1
Architecture: $architecture
Section: admin
Priority: optional
Installed-Size: $(du -k "$root/usr/bin/$program" | cut -f1)
Maintainer: kubewright <kubewright@localhost>
Description: Kubernetes $program $version
 The program of this node image, packed for this node; not a package of pkgs.k8s.io.
CONTROL
  (cd "$root" && md5sum "usr/bin/$program" > DEBIAN/md5sums)
  # Speed before size: the image is built more often than these files are moved.
  dpkg-deb --root-owner-group -Zzstd -z3 --build "$root" "$repository/${program}_$version-1.1_$architecture.deb"
done

cd "$repository"
for package in *.deb; do
  dpkg-deb --field "$package"
  echo "Filename: ./$package"
  echo "Size: $(stat -c %s "$package")"
  echo "SHA256: $(sha256sum "$package" | cut -d' ' -f1)"
  echo
done > Packages
cat > Release <<RELEASE
Origin: kubewright
Description: Kubernetes packages of this node
Date: $(date -Ru)
SHA256:
 $(sha256sum Packages | cut -d' ' -f1) $(stat -c %s Packages) Packages
RELEASE
line="deb [trusted=yes] file:$repository/ /"
sources=/etc/apt/sources.list.d/kubernetes.list
grep -qxF "$line" "$sources" 2>/dev/null || echo "$line" >> "$sources"
