#!/bin/sh
# npm start [-- --yes] [options of "kubewright serve"]: makes this machine ready, then serves the page.
# --yes allows what is shown to be installed without asking.
set -eu
cd "$(dirname "$0")/../.."
PURPOSE=
. clusters/host/first-run.sh
# The same memory setting as in engine/cli/kubewright.js.
exec "$NODE" --max-semi-space-size=1 engine/cli/main.ts serve "$@"
