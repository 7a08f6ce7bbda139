#!/bin/bash
# Runs in a container of the base image; the result is committed as the tools image.
set -euo pipefail
# Documentation that nobody can page through without man-db would be a third of the packages' size.
cat > /etc/dpkg/dpkg.cfg.d/kubewright <<'EOF'
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
EOF
/kubewright-build/apt-install.sh /kubewright-build/tools-packages.txt
update-alternatives --set editor /usr/bin/vim.basic >/dev/null 2>&1 || true
