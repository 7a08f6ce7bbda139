#!/bin/bash
# Runs in a container of the tools image; the result is committed as the base of the node image: what kindest/node is
# where a registry can be reached. Inputs, all in /kubewright-build:
#   bin/          kubeadm kubelet kubectl kube-apiserver … etcd coredns crictl pause, built from Go modules
#   kind-files/   images/base/files of the kind module
#   versions.env  KUBERNETES ETCD_TAG COREDNS PAUSE
set -euo pipefail
build=/kubewright-build
here=$build/modules-source
# shellcheck source=/dev/null
. "$build/versions.env"

"$build/apt-install.sh" "$here/packages.txt" "$build/lab-packages.txt"

# --- kind's own files and the changes its Dockerfile makes (sigs.k8s.io/kind images/base/Dockerfile)
cp -r --no-preserve=mode,ownership "$build/kind-files/." /
chmod 0755 /kind /kind/bin /kind/bin/* /usr/local/bin/entrypoint /usr/local/bin/clean-install
find /lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >> /etc/systemd/journald.conf
ln -sf /usr/lib/systemd/systemd /sbin/init
systemctl enable kubelet.service containerd.service undo-mount-hacks.service
systemctl mask systemd-binfmt.service # it would register things with the host's kernel
mkdir -p /etc/kubernetes/manifests

# --- Debian's containerd and CNI plug-ins where kind's units and the kubelet look for them
for program in containerd ctr; do ln -sf "/usr/bin/$program" "/usr/local/bin/$program"; done
mkdir -p /opt/cni/bin
for plugin in host-local loopback ptp portmap; do ln -sf "/usr/lib/cni/$plugin" "/opt/cni/bin/$plugin"; done
sed -i "s#sandbox_image = .*#sandbox_image = \"registry.k8s.io/pause:$PAUSE\"#" /etc/containerd/config.toml
grep -q "pause:$PAUSE" /etc/containerd/config.toml
ctr oci spec |
  jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {path: "/kind/bin/mount-product-files.sh"} | del(.process.rlimits)' \
    > /etc/containerd/cri-base.json

# --- Kubernetes itself
for program in kubeadm kubelet kubectl; do install -m 0755 "$build/bin/$program" "/usr/bin/$program"; done
install -m 0755 "$build/bin/crictl" /usr/local/bin/crictl
printf 'v%s' "$KUBERNETES" > /kind/version
install -D -m 0644 "$here/cni/default-cni.yaml" /kind/manifests/default-cni.yaml
install -D -m 0644 "$here/default-storage.yaml" /kind/manifests/default-storage.yaml

# --- images, named as kubeadm wants them
work=$(mktemp -d)
root_path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

archive() { # NAME:TAG CONFIG DIR...
  "$build/make-image-archive.sh" "$work/$(echo "$1" | tr '/:' '__').tar" "$@"
}
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  install -D -m 0755 "$build/bin/$program" "$work/$program/usr/local/bin/$program"
  archive "registry.k8s.io/$program:v$KUBERNETES" "{\"Env\": [\"$root_path\"]}" "$work/$program"
  rm -rf "${work:?}/$program"
done
install -D -m 0755 -t "$work/etcd/usr/local/bin" "$build/bin/etcd" "$build/bin/etcdctl" "$build/bin/etcdutl"
archive "registry.k8s.io/etcd:$ETCD_TAG" "{\"Env\": [\"$root_path\"]}" "$work/etcd"
install -D -m 0755 "$build/bin/coredns" "$work/coredns/coredns"
archive "registry.k8s.io/coredns/coredns:v$COREDNS" "{\"Env\": [\"$root_path\"], \"Entrypoint\": [\"/coredns\"]}" "$work/coredns"
install -D -m 0755 "$build/bin/pause" "$work/pause/pause"
archive "registry.k8s.io/pause:$PAUSE" '{"User": "65535:65535", "Entrypoint": ["/pause"]}' "$work/pause"

# One root filesystem for the two images that work on the node's network.
net=$work/net
"$here/copy-program.sh" "$net" /usr/bin/curl /usr/bin/jq /usr/sbin/nft /usr/sbin/conntrack \
  /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi
"$here/copy-program.sh" "$net" "$(command -v ip)"
mkdir -p "$net/usr/bin" "$net/usr/sbin" "$net/tmp" "$net/run" "$net/etc/cni/net.d" "$net/lib/modules"
libraries=$(dirname "$(find /usr/lib -name libxt_conntrack.so)")
mkdir -p "$net$libraries"
cp "$libraries"/*.so "$net$libraries/"
install -m 0755 /bin/busybox "$net/usr/bin/busybox"
for applet in sh cat cp mv rm ln mkdir sleep date dirname cmp cut grep sed tr printf ls ps; do ln -s busybox "$net/usr/bin/$applet"; done
ln -s usr/bin "$net/bin"
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  install -m 0755 "$here/iptables-wrapper" "$net/usr/sbin/$name"
done
install -D -m 0755 "$build/bin/kube-proxy" "$work/kube-proxy/usr/local/bin/kube-proxy"
archive "registry.k8s.io/kube-proxy:v$KUBERNETES" "{\"Env\": [\"$root_path\"]}" "$net" "$work/kube-proxy"
install -D -m 0755 "$here/cni/kubewright-cni" "$work/cni/usr/local/bin/kubewright-cni"
archive kubewright.local/cni:1 "{\"Env\": [\"$root_path\"], \"Entrypoint\": [\"/usr/local/bin/kubewright-cni\"]}" "$net" "$work/cni"

imported=$("$build/import-images.sh" "$work"/*.tar)
# Exactly what kubeadm will ask for is there: otherwise it would show only when a cluster is made.
for image in $(kubeadm config images list --kubernetes-version "v$KUBERNETES"); do
  grep -qxF "$image" <<<"$imported" || { echo "kubeadm wants $image, which was not built" >&2; exit 1; }
done
rm -rf "$work"
