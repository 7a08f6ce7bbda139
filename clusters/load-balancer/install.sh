#!/bin/bash
# Runs in a container of the base image; the result is committed as the stand-in for kind's load balancer.
set -euo pipefail
build=/kubewright-build
"$build/apt-install.sh" "$build/packages.txt"
install -m 0755 "$build/envoy" /usr/local/bin/envoy
