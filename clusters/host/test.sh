#!/bin/sh
# npm test [-- --yes] [options of vitest]: makes this machine ready, tests included (Chromium), then runs all of them.
# --yes, or CI=true, allows what is shown to be installed without asking. The last line is "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")/../.."
PURPOSE=tests
. clusters/host/first-run.sh
exec "$NODE" node_modules/vitest/vitest.mjs run "$@"
