#!/bin/bash
# copy-program.sh ROOT PROGRAM... : copies programs with the shared libraries they need into a root filesystem.
set -euo pipefail
root=$1
shift
for program in "$@"; do
  install -D -m 0755 "$(readlink -f "$program")" "$root$program"
  # A static program has no libraries: ldd then says so and exits 1.
  { ldd "$program" 2>/dev/null || true; } | grep -oE '/[^ ]+' | while read -r library; do
    [ -e "$root$library" ] || install -D -m 0755 "$(readlink -f "$library")" "$root$library"
  done
done
