# shellcheck shell=sh
# The way of every command: environment, then the file of the command. All files here are
# sourced into one shell and share its variables; what starts with an underscore is nobody
# else's. Nothing on the way of a control command starts a process that it can do without.

. "$RELEASE_LIBEXEC_DIR/base.sh"
. "$RELEASE_LIBEXEC_DIR/erts.sh"
. "$RELEASE_LIBEXEC_DIR/node.sh"
. "$RELEASE_LIBEXEC_DIR/cookie.sh"

# What hooks, custom commands and the node itself see; see also bin/NAME for RELEASE_INHERITED.
environment_setup() {
    ERTS_VSN=${ERTS_VSN:-$REL_ERTS_VSN}
    RELEASES_DIR=$RELEASE_ROOT_DIR/releases
    REL_LIB_DIR=$RELEASE_ROOT_DIR/lib
    RELEASE_CONFIG_DIR=${RELEASE_CONFIG_DIR:-$RELEASE_ROOT_DIR}
    RELEASE_MUTABLE_DIR=${RELEASE_MUTABLE_DIR:-$RELEASE_ROOT_DIR/var}
    RUNNER_LOG_DIR=${RUNNER_LOG_DIR:-$RELEASE_MUTABLE_DIR/log}
    CODE_LOADING_MODE=${CODE_LOADING_MODE:-$REL_CODE_LOADING_MODE}
    CODE_LOADING_MODE=${CODE_LOADING_MODE:-embedded}
    RELEASE_ROOT=$RELEASE_ROOT_DIR
    RELEASE_NAME=$REL_NAME
    RELEASE_VSN=$REL_VSN
    RELEASE_INHERITED="$REL_VSN $ERTS_VSN"
    export RELEASE_ROOT_DIR RELEASE_ROOT REL_NAME RELEASE_NAME REL_VSN RELEASE_VSN ERTS_VSN
    export RELEASE_INHERITED
    case ${TERM:-dumb} in dumb) [ -t 1 ] || export TERM=xterm ;; esac
}

# command_file WORD: sets $command_file to the script of a command, or fails.
command_file() {
    case $1 in
    '' | *[!a-z0-9_]*) return 1 ;;
    esac
    command_file=$RELEASE_LIBEXEC_DIR/command-$1.sh
    [ -f "$command_file" ]
}

command_run() {
    RELEASE_COMMAND=$1
    export RELEASE_COMMAND
    if command_file "$1"; then
        shift
        . "$command_file"
        return
    fi
    . "$RELEASE_LIBEXEC_DIR/suggest.sh"
    command_unknown "$1"
}

environment_setup
case ${1-} in
'' | -h | --help) command_run help ;;
--version) command_run version ;;
*) command_run "$@" ;;
esac
