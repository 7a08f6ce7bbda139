#!/bin/sh
# npm start [-- --yes] [options of "kubewright serve"]: makes this machine ready, then serves the page.
# --yes allows what is shown to be installed without asking.
set -eu
cd "$(dirname "$0")/../.."
. clusters/host/prepare.sh

yes=
for word in "$@"; do
  shift
  case $word in
    --yes | -y) yes=--yes ;;
    *) set -- "$@" "$word" ;;
  esac
done

"$NODE" engine/cli/main.ts first-run $yes
# The same memory setting as in engine/cli/kubewright.js.
exec "$NODE" --max-semi-space-size=1 engine/cli/main.ts serve "$@"
