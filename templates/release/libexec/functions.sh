# shellcheck shell=sh
# What hooks and custom commands can call, besides error, fail, notice, success and info of
# base.sh, require_live_node of control.sh and run_hooks of hooks.sh. Functions that do what a
# command does have a shell of their own, so that they change nothing in the caller's, where
# `set -e` is in force.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/hooks.sh"

# custom_run ARGUMENT...: the project's command in $command_file. Its node has a name there.
custom_run() {
    erts_find
    node_find
    strict
    . "$command_file"
}

# release_ctl COMMAND ARGUMENT...: runs one of the release's own commands.
release_ctl() (
    lenient
    if [ -n "${1-}" ] && command_file "$1"; then
        RELEASE_COMMAND=$1
        shift
        . "$command_file"
        return
    fi
    fail "the release has no command '${1-}' for release_ctl"
)

# release_remote_ctl COMMAND ARGUMENT...: the same, for the running node; or for another node,
# whose name is in PEERNAME.
release_remote_ctl() (
    lenient
    if [ -n "${PEERNAME-}" ]; then
        node_forget
        RELEASE_NODE=$PEERNAME
    fi
    release_ctl "$@"
)

# The deprecated name of release_remote_ctl
nodetool() {
    release_remote_ctl "$@"
}

# Sets COOKIE, or ends the command if there is none.
require_cookie() {
    erts_find
    node_find
    cookie_prepare control ||
        fail "there is no cookie yet: the node '$NAME' has never been started, and none is configured"
    COOKIE=$_cookie
}

# Prints the number of the running node's process.
get_pid() (
    lenient
    if control_find && node_pid_find; then
        info "$node_pid"
    else
        (node_unreachable)
        return 1
    fi
)

# wait_for_process NAME [SECONDS]: until the node has a process registered as NAME, for which
# Elixir's MyApp.Server will do; for at most a minute if nothing else is said.
wait_for_process() (
    lenient
    _left=${2:-60}
    case ${1-}:$_left in
    :* | *[!A-Za-z0-9_.@:]* | *:*[!0-9]*) fail "wait_for_process needs the name of a process and perhaps seconds" ;;
    [A-Z]*) set -- "Elixir.${1#Elixir.}" ;;
    esac
    control_find || node_unreachable
    until control_apply erlang whereis "['$1']" && [ "$reply" != undefined ]; do
        [ "$_left" -gt 0 ] || fail "the node '$NAME' has no process '$1' after ${2:-60} s"
        _left=$((_left - 1))
        sleep 1
    done
)

# Prints eight random hexadecimal digits.
gen_id() (
    lenient
    random_id
    id=${id%%-*}
    printf '%.8s\n' "$id"
)

# Prints the name of a node that nobody else uses.
gen_nodename() (
    lenient
    erts_find
    node_find
    _gen_id=$(gen_id)
    case $NAME in
    *@*) info "${NAME%%@*}-$_gen_id@${NAME#*@}" ;;
    *) info "$NAME-$_gen_id" ;;
    esac
)

# Prints the host of the node's name, for a short name without one this machine's.
get_hostname() (
    lenient
    erts_find
    node_find
    case $NAME in
    *@*) info "${NAME#*@}" ;;
    *) info "$(hostname)" ;;
    esac
)

# Prints the runtime's root folder.
erts_root() (
    lenient
    erts_find
    info "$ROOTDIR"
)

# Prints the folder of the runtime's programs.
whereis_erts_bin() (
    lenient
    erts_find
    info "$BINDIR"
)

# Prints the version of the runtime that is used.
erts_vsn() (
    lenient
    erts_find
    _erts=${BINDIR%/bin}
    info "${_erts##*/erts-}"
)

# Prints the number of the OTP release that is used.
otp_vsn() (
    lenient
    erts_find
    _otp=$REL_OTP_VSN
    if [ "$ROOTDIR" != "$RELEASE_ROOT_DIR" ]; then
        for _file in "$ROOTDIR"/releases/*/OTP_VERSION; do
            [ ! -f "$_file" ] || _otp=${_file%/OTP_VERSION}
        done
    fi
    info "${_otp##*/}"
)

# erl ARGUMENT...: a virtual machine with the release's code and configuration.
erl() (
    lenient
    . "$RELEASE_LIBEXEC_DIR/vm.sh"
    _erl_begin "$@"
    vm_words "$@"
    eval "exec $vm_line"
)

# A boot file or a configuration among the arguments is instead of the release's.
_erl_begin() {
    . "$RELEASE_LIBEXEC_DIR/configure.sh"
    configure_private
    vm_begin start_clean
    _boot=yes
    for _argument; do
        case $_argument in
        -boot)
            _boot=''
            vm_line=''
            vm_words "$BINDIR/erlexec" -boot_var RELEASE_LIB "$REL_LIB_DIR"
            ;;
        -extra | --) break ;;
        esac
    done
    [ -z "$_boot" ] || vm_words -mode interactive
    vm_config
}

# elixir ARGUMENT...: Elixir's command line, with the release's code and configuration.
elixir() (
    lenient
    _elixir_check elixir
    . "$RELEASE_LIBEXEC_DIR/vm.sh"
    _erl_begin
    vm_words -noshell -s elixir start_cli
    vm_split "${ELIXIR_ERL_OPTIONS-}"
    vm_plain "$@"
    eval "exec $vm_line"
)

# iex ARGUMENT...: the same with an interactive shell.
iex() (
    lenient
    _elixir_check iex
    . "$RELEASE_LIBEXEC_DIR/vm.sh"
    _erl_begin
    vm_split "${ELIXIR_ERL_OPTIONS-}"
    EXTRA_OPTS=''
    vm_shell ''
    vm_words "$@"
    eval "exec $vm_line"
)

_elixir_check() {
    [ "$REL_HAS_ELIXIR" = true ] || fail "the release has no Elixir for '$1'"
}

# escript PATH ARGUMENT...: as the command.
escript() {
    release_ctl escript "$@"
}
