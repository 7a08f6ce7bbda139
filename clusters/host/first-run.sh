# Sourced by start.sh, test.sh and bench.sh, whose words it finds in "$@": takes --yes (or -y) out of them, sets NODE and
# makes this machine ready; PURPOSE says for what where it is not the page. Plain POSIX sh.
. clusters/host/prepare.sh

yes=
for word in "$@"; do
  shift
  case $word in
    --yes | -y) yes=--yes ;;
    *) set -- "$@" "$word" ;;
  esac
done

"$NODE" engine/cli/main.ts first-run ${PURPOSE:+--for "$PURPOSE"} $yes
