# shellcheck shell=sh
# The way of every command: environment, then the file of the command. All files here are
# sourced into one shell and share its variables; what starts with an underscore is nobody
# else's. Nothing on the way of a control command starts a process that it can do without.

. "$RELEASE_LIBEXEC_DIR/base.sh"
. "$RELEASE_LIBEXEC_DIR/erts.sh"
. "$RELEASE_LIBEXEC_DIR/vmargs.sh"
. "$RELEASE_LIBEXEC_DIR/node.sh"
. "$RELEASE_LIBEXEC_DIR/cookie.sh"

# default VARIABLE VALUE: for a variable that the caller may set. It is exported; unless it is
# the caller's, RELEASE_DEFAULTS says so. See _defaults_drop.
default() {
    eval "_value=\${$1-}"
    if [ -z "$_value" ]; then
        eval "$1=\$2; export $1"
        _default_mark "$1" "$2"
    fi
}

# derived VARIABLE GIVEN: the same for one that is set already; GIVEN is what the caller gave.
derived() {
    eval "_value=\${$1-}; export $1"
    [ -n "$2" ] || _default_mark "$1" "$_value"
}

_default_mark() {
    case $2 in *"$newline"*) ;; *) RELEASE_DEFAULTS=${RELEASE_DEFAULTS-}$1=$2$newline ;; esac
}

# What this script exports comes back in the environment of every program which the node starts,
# and of heart, which starts the node again. A value that is still as it was made here is no wish
# of anybody's: it may be that of another release, or no longer be right.
_defaults_drop() {
    _rest=${RELEASE_DEFAULTS-}
    RELEASE_DEFAULTS=''
    while [ -n "$_rest" ]; do
        _line=${_rest%%"$newline"*}
        _rest=${_rest#*"$newline"}
        case ${_line%%=*} in '' | *[!A-Z_]*) continue ;; esac
        eval "_value=\${${_line%%=*}-}"
        [ "$_value" != "${_line#*=}" ] || unset "${_line%%=*}"
    done
}

# Paths of the caller's are relative to the caller's folder.
_absolute() {
    for _variable; do
        eval "_value=\${$_variable-}"
        case $_value in
        '' | /*) ;;
        *) eval "$_variable=\$RELEASE_CALLER_DIR/\$_value" ;;
        esac
    done
}

# The project's own env.sh: sets and exports what it likes, before anything else is decided. It
# sees the command and its arguments; the first command that fails in it is the end.
_env_sh() {
    RELEASE_ROOT=$RELEASE_ROOT_DIR
    RELEASE_NAME=$REL_NAME
    RELEASE_VSN=$REL_VSN
    RELEASE_PROG=${0##*/}
    RELEASE_COMMAND=${1:-help}
    export RELEASE_ROOT_DIR RELEASE_ROOT REL_NAME RELEASE_NAME REL_VSN RELEASE_VSN RELEASE_PROG RELEASE_COMMAND
    . "$RELEASE_LIBEXEC_DIR/hooks.sh"
    trap '_env_sh_ended "$?"' EXIT
    strict
    . "$REL_DIR/env.sh"
    lenient
    trap - EXIT
    cd "$RELEASE_ROOT_DIR" || exit 1
}

_env_sh_ended() {
    trap - EXIT
    error "'$REL_DIR/env.sh' has ended with status $1"
    exit 1
}

# What hooks, custom commands and the node itself see; see also bin/NAME for RELEASE_INHERITED.
environment_setup() {
    _defaults_drop
    [ ! -f "$REL_DIR/env.sh" ] || _env_sh "$@"
    _absolute RELEASE_CONFIG_DIR RELEASE_MUTABLE_DIR RUNNER_LOG_DIR PIPE_DIR VMARGS_PATH \
        RELEASE_VM_ARGS SYS_CONFIG_PATH RELEASE_TMP PIDFILE
    node_given
    restart_vsn=${RELEASE_RESTART_VSN-} restart_boot=${RELEASE_RESTART_BOOT-}
    unset RELEASE_RESTART_VSN RELEASE_RESTART_BOOT
    given_heart=${HEART_COMMAND-}
    ERTS_VSN=${ERTS_VSN:-$REL_ERTS_VSN}
    RELEASES_DIR=$RELEASE_ROOT_DIR/releases
    START_ERL_DATA=$RELEASES_DIR/start_erl.data
    REL_LIB_DIR=$RELEASE_ROOT_DIR/lib
    RELEASE_ROOT=$RELEASE_ROOT_DIR
    RELEASE_NAME=$REL_NAME
    RELEASE_VSN=$REL_VSN
    RELEASE_PROG=${0##*/}
    SCRIPT=$REL_DIR/$REL_NAME.sh
    SCRIPT_DIR=$REL_DIR
    PRE_CONFIGURE_HOOKS=$REL_DIR/hooks/pre_configure.d
    POST_CONFIGURE_HOOKS=$REL_DIR/hooks/post_configure.d
    PRE_START_HOOKS=$REL_DIR/hooks/pre_start.d
    POST_START_HOOKS=$REL_DIR/hooks/post_start.d
    PRE_STOP_HOOKS=$REL_DIR/hooks/pre_stop.d
    POST_STOP_HOOKS=$REL_DIR/hooks/post_stop.d
    PRE_UPGRADE_HOOKS=$REL_DIR/hooks/pre_upgrade.d
    POST_UPGRADE_HOOKS=$REL_DIR/hooks/post_upgrade.d
    if [ "$REL_HAS_ELIXIR" = true ]; then
        export CONSOLIDATED_DIR="$REL_LIB_DIR/${REL_NAME}_protocols-$REL_VSN/ebin"
    fi
    RELEASE_INHERITED="$REL_VSN $ERTS_VSN"
    default RELEASE_CONFIG_DIR "$RELEASE_ROOT_DIR"
    default RELEASE_MUTABLE_DIR "${RELEASE_TMP:-$RELEASE_ROOT_DIR/var}"
    default RELEASE_TMP "$RELEASE_MUTABLE_DIR/tmp"
    default RUNNER_LOG_DIR "$RELEASE_MUTABLE_DIR/log"
    default CODE_LOADING_MODE "${RELEASE_MODE:-${REL_CODE_LOADING_MODE:-embedded}}"
    default RELEASE_MODE "$CODE_LOADING_MODE"
    node_record_key
    export RELEASE_ROOT_DIR RELEASE_ROOT REL_NAME RELEASE_NAME REL_VSN RELEASE_VSN ERTS_VSN \
        RELEASES_DIR START_ERL_DATA REL_DIR REL_LIB_DIR RELEASE_LIBEXEC_DIR RELEASE_PROG \
        SCRIPT SCRIPT_DIR PRE_CONFIGURE_HOOKS POST_CONFIGURE_HOOKS PRE_START_HOOKS POST_START_HOOKS \
        PRE_STOP_HOOKS POST_STOP_HOOKS PRE_UPGRADE_HOOKS POST_UPGRADE_HOOKS RELEASE_INHERITED \
        RELEASE_DEFAULTS
    case ${TERM:-dumb} in dumb) [ -t 1 ] || export TERM=xterm ;; esac
    [ -z "${DEBUG_BOOT-}" ] || set -x
}

# command_file WORD: sets $command_file to the script of a command, or fails.
command_file() {
    case $1 in
    '' | *[!a-z0-9_]*) return 1 ;;
    esac
    command_file=$RELEASE_LIBEXEC_DIR/command-$1.sh
    [ -f "$command_file" ]
}

# command_custom WORD: the same for a command of the project's.
command_custom() {
    case $1 in
    '' | .* | -* | *[!A-Za-z0-9_.-]*) return 1 ;;
    esac
    for command_file in "$REL_DIR/commands/$1.sh" "$REL_DIR/commands/$1".*; do
        case $command_file in *.bat | *.ps1 | *~) continue ;; esac
        [ ! -f "$command_file" ] || return 0
    done
    return 1
}

command_run() {
    RELEASE_COMMAND=$1
    DISTILLERY_TASK=$1
    export RELEASE_COMMAND DISTILLERY_TASK
    if command_file "$1"; then
        shift
        . "$command_file"
        return
    elif command_custom "$1"; then
        shift
        . "$RELEASE_LIBEXEC_DIR/functions.sh"
        custom_run "$@"
        return
    fi
    . "$RELEASE_LIBEXEC_DIR/suggest.sh"
    command_unknown "$1"
}

environment_setup "$@"
# A command that turns to another version needs no more than this.
[ -z "${switching-}" ] || return 0
if [ -d "$RELEASES_DIR/.upgrade" ]; then
    release_arguments=''
    for _argument; do
        quote "$_argument"
        release_arguments="$release_arguments $quoted"
    done
fi
case ${1-} in
'' | -h | --help) command_run help ;;
--version) command_run version ;;
*) command_run "$@" ;;
esac
