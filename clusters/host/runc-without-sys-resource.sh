#!/bin/sh
# Installed by kubewright ("kubewright doctor --fix") because this host lacks CAP_SYS_RESOURCE: runc cannot give a
# privileged container what nobody here has, and fails. This takes that one capability out of what is asked for and
# goes on with the real runc. It gives nothing. To undo: remove this file and "runtimes" and "default-runtime" from
# the engine's configuration, and restart the engine.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

bundle=. process='' verb='' previous=''
for word in "$@"; do
  case $previous in
    --bundle | -b) bundle=$word ;;
    --process | -p) process=$word ;;
  esac
  case $word in
    create | run | exec) [ -n "$verb" ] || verb=$word ;;
    --bundle=*) bundle=${word#*=} ;;
    --process=*) process=${word#*=} ;;
  esac
  previous=$word
done

# Rewrites in place, so that owner and mode stay as the engine made them.
drop() {
  jq -c "$2" "$1" > "$1.kubewright"
  cat "$1.kubewright" > "$1"
  rm -f "$1.kubewright"
}

without='with_entries(.value -= ["CAP_SYS_RESOURCE"])'
case $verb in
  create | run) drop "$bundle/config.json" "if .process.capabilities then .process.capabilities |= $without else . end" ;;
  exec) [ -z "$process" ] || drop "$process" "if .capabilities then .capabilities |= $without else . end" ;;
esac
exec runc "$@"
