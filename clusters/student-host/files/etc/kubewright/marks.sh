# Marks for the recording of the terminal (engine/debrief/commands.ts), for interactive bash on the student host and the
# nodes: the line that is run (OSC 633;E, escaped as VS Code does), its beginning (OSC 133;C) and its exit code (OSC 133;D).
# Terminals show nothing of them. A line that is kept out of the history is not known here either.
[ -n "${BASH_VERSION:-}" ] && [ -n "${PS1:-}" ] || return 0
[ -z "${__kubewright_aid:-}" ] || return 0
__kubewright_aid="${HOSTNAME%%.*}:$$"
__kubewright_begin() {
  local line
  line=$(HISTTIMEFORMAT='' builtin history 1)
  [[ $line =~ ^[[:space:]]*[0-9]+[*[:space:]][[:space:]](.*)$ ]] || return 0
  line=${BASH_REMATCH[1]:0:2000}
  line=${line//\\/\\\\}
  line=${line//;/\\x3b}
  line=${line//$'\n'/\\x0a}
  line=${line//[[:cntrl:]]/ }
  printf '\e]633;E;%s\a\e]133;C;aid=%s\a' "$line" "$__kubewright_aid"
}
__kubewright_end() {
  printf '\e]133;D;%s;aid=%s\a\e]133;A;aid=%s\a' "$?" "$__kubewright_aid" "$__kubewright_aid"
}
PS0='$(__kubewright_begin)'
PROMPT_COMMAND=(__kubewright_end "${PROMPT_COMMAND[@]}")
