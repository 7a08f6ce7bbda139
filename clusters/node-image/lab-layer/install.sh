#!/bin/bash
# Runs in a container of the node base image, whichever source that came from (kindest/node or Go modules); the result
# is committed as the node image. Inputs, all in /kubewright-build:
#   lab-layer/files/   copied to /
#   workloads-image/   files of the app image
#   etcd-tools/        etcdctl etcdutl
set -euo pipefail
build=/kubewright-build

"$build/apt-install.sh" "$build/tools-packages.txt" "$build/lab-packages.txt"

cp -r --no-preserve=ownership "$build/lab-layer/files/." /
chmod 0440 /etc/sudoers.d/student
chmod 0755 /usr/lib/systemd/system-generators/kubewright-reduced-host /usr/local/lib/kubewright/* /usr/local/bin/kubewright-entrypoint
install -m 0755 -t /usr/local/bin "$build/etcd-tools/etcdctl" "$build/etcd-tools/etcdutl"
mkdir -p /var/log/kubernetes/audit

# --- kubeadm, kubelet and kubectl as packages, held, as on a machine of the exam, and an apt that needs no network:
# Debian's sources stay beside it, for a look (apt passes over *.disabled without a word)
for sources in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  [ ! -e "$sources" ] || mv "$sources" "$sources.disabled"
done
"$build/add-packages.sh" /usr/bin
# The programs themselves are here already; unpacking them again would put them into the image twice.
dpkg --path-exclude='/usr/bin/*' --install /opt/pkgs.k8s.io/core:/stable:/*/deb/*.deb
dpkg --verify kubeadm kubelet kubectl
apt-mark hold kubeadm kubelet kubectl
apt-get -q update
# It would complain at every installation that apt-utils is missing; no package here asks questions.
rm -f /etc/apt/apt.conf.d/70debconf

# --- the learner's account; the key is written per session
if ! id student >/dev/null 2>&1; then useradd --create-home --uid 1000 --user-group --shell /bin/bash student; fi
# "*": no password fits, and unlike "!" the account is not locked.
usermod --password '*' student
install -d -m 0700 -o student -g student /home/student/.ssh

# --- ssh of its own, whatever state the kubelet is in; every node makes its own host key
rm -f /etc/ssh/ssh_host_*
rm -f /etc/update-motd.d/*
: > /etc/motd
systemctl enable ssh.service kubewright-ssh-keys.service
systemctl disable ssh.socket >/dev/null 2>&1 || true

# --- what the witness cannot see from outside
systemctl enable kubewright-reporter.service

# --- shells
kubectl completion bash > /etc/kubewright/kubectl-completion
for completed in etcdctl etcdutl crictl kubeadm; do
  "$completed" completion bash > "/usr/share/bash-completion/completions/$completed" 2>/dev/null ||
    rm -f "/usr/share/bash-completion/completions/$completed"
done
grep -q kubewright/bashrc /etc/bash.bashrc || echo '[ -f /etc/kubewright/bashrc ] && . /etc/kubewright/bashrc' >> /etc/bash.bashrc
# For login shells that are not interactive ("sudo -i kubectl …"), too.
grep -q admin.conf /root/.profile 2>/dev/null || cat >> /root/.profile <<'EOF'
if [ -z "${KUBECONFIG:-}" ] && [ -f /etc/kubernetes/admin.conf ]; then export KUBECONFIG=/etc/kubernetes/admin.conf; fi
EOF

# --- the image that the drills' workloads run
work=$(mktemp -d)
app=$work/app
mkdir -p "$app/bin" "$app/tmp" "$app/etc"
chmod 1777 "$app/tmp"
install -m 0755 "$(command -v busybox)" "$app/bin/busybox"
for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$app/bin/$applet"; done
cp -r --no-preserve=ownership --remove-destination "$build/workloads-image/rootfs/." "$app/"
chmod 0755 "$app/bin/serve" "$app/bin/wget" "$app"/www/cgi-bin/*
"$build/make-image-archive.sh" "$work/app.tar" kubewright.local/app:1 \
  '{"Env": ["PATH=/bin"], "Cmd": ["/bin/serve"], "ExposedPorts": {"8080/tcp": {}}}' "$app"
"$build/import-images.sh" "$work/app.tar" > /dev/null
rm -rf "$work"
