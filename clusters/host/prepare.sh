# Sourced by first-run.sh and .ci/run, from the root of the checkout. A bare clone has no node_modules, and the
# machine may have an older Node: this installs the exact dependencies of the lock file (among them Node 24) where
# they are absent or the lock file has changed, and sets NODE to the Node to go on with. Plain POSIX sh.

kubewright_fail() {
  echo "kubewright: $1" >&2
  exit 3
}

# Whether this Node can run TypeScript as it is (22.22 or later).
kubewright_node_is_new_enough() {
  "$1" -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 22) ? 0 : 1)' 2> /dev/null
}

[ -f package-lock.json ] || kubewright_fail "run this in the root of the checkout (no package-lock.json here)"

# A copy of the lock file that was installed last, compared byte for byte: no hashing program is the same everywhere.
kubewright_installed_lock=node_modules/.kubewright-installed-lock.json
if ! cmp -s package-lock.json "$kubewright_installed_lock"; then
  command -v npm > /dev/null 2>&1 || kubewright_fail "npm was not found. Install Node.js 22.22 or later with npm, for instance from https://nodejs.org/"
  echo "Installing the dependencies named in package-lock.json into node_modules (npm ci) ..." >&2
  # Run by npm, PATH begins with the very folder that npm ci replaces, Node included.
  PATH=$(printf '%s' "$PATH" | sed 's#[^:]*/node_modules/\.bin:##g') npm ci --no-audit --no-fund --loglevel=error >&2 || kubewright_fail "npm ci failed, see above. Nothing outside node_modules was changed."
  cp package-lock.json "$kubewright_installed_lock"
fi

NODE=$PWD/node_modules/.bin/node
if ! kubewright_node_is_new_enough "$NODE"; then
  # Where the Node of the lock file does not run (a platform it has no build for), a new enough one of the machine does.
  NODE=$(command -v node || true)
  { [ -n "$NODE" ] && kubewright_node_is_new_enough "$NODE"; } ||
    kubewright_fail "no Node.js of version 22.22 or later: neither node_modules/.bin/node nor the one on PATH is"
fi
PATH=$PWD/node_modules/.bin:$PATH
export PATH
