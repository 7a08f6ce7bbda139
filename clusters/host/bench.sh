#!/bin/sh
# npm run bench [-- --yes] [NAME... --rounds N --minutes N --to FILE]: makes this machine ready, as for the tests, then measures.
# --yes, or CI=true, allows what is shown to be installed without asking.
set -eu
cd "$(dirname "$0")/../.."
PURPOSE=tests
. clusters/host/first-run.sh
exec "$NODE" test/bench/main.ts "$@"
