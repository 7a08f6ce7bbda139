#!/bin/bash
# Installs the packages named in the given files (one a line, '#' starts a comment) that are not installed yet.
# The machine's own apt sources come in /kubewright-build/apt and are used for this run only: nothing of them stays
# in the image.
set -euo pipefail

missing=()
while read -r package; do
  [ -n "$package" ] || continue
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' "$@")

if [ "${#missing[@]}" -gt 0 ]; then
  options=(-o APT::Install-Recommends=false -o Dpkg::Use-Pty=0 -o Acquire::Languages=none -o Acquire::Retries=3)
  if [ -s /kubewright-build/apt/sources.list ]; then
    mkdir -p /kubewright-build/apt/none
    options+=(-o Dir::Etc::sourcelist=/kubewright-build/apt/sources.list -o Dir::Etc::sourceparts=/kubewright-build/apt/none)
  fi
  if [ -s /kubewright-build/apt/apt.conf ]; then export APT_CONFIG=/kubewright-build/apt/apt.conf; fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get "${options[@]}" -q update
  apt-get "${options[@]}" -q -y install "${missing[@]}"
fi
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log \
  /var/log/alternatives.log /var/log/bootstrap.log /var/cache/debconf/*-old /var/lib/dpkg/*-old
