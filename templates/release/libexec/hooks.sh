# shellcheck shell=sh
# Hooks: the scripts in releases/VSN/hooks/EVENT.d, sourced in the order of their names. Those
# that come before something (pre_*, post_configure) run in this very shell: what they export
# reaches the node, and the first that fails ends the command. Those that come after it, and
# those of status, have a shell of their own each: a failure is reported, and the other hooks run nevertheless.
#
# As in a script with `set -e`, the first command that fails is the end of its hook.

# strict: from here on the first command that fails, outside of a condition, ends the shell.
# When `set -e` does this in a sourced file, bash complains about itself; a trap is silent.
strict() {
    set -e
    [ -z "${BASH_VERSION-}" ] || eval "set -E; trap 'exit \"\$?\"' ERR"
}

lenient() {
    set +e
    [ -z "${BASH_VERSION-}" ] || eval 'set +E; trap - ERR'
}

# hooks_exist EVENT...: is there a hook for one of the events?
hooks_exist() {
    [ -z "${RELEASE_DISABLE_HOOKS-}" ] || return 1
    for _event; do
        for _file in "$REL_DIR/hooks/$_event.d"/*; do
            [ ! -f "$_file" ] || return 0
        done
    done
    return 1
}

# run_hooks EVENT: status 1 if a hook failed that has a shell of its own. Not to be called where
# its status is a condition: shells then ignore `set -e` within the hooks, too.
run_hooks() {
    case ${1-} in
    pre_configure | post_configure | pre_start | post_start | pre_stop | post_stop | pre_upgrade | post_upgrade | status) ;;
    *) fail "there are no hooks named '${1-}'" ;;
    esac
    hooks_exist "$1" || return 0
    . "$RELEASE_LIBEXEC_DIR/functions.sh"
    case $- in
    *e*)
        lenient
        _hooks_run "$1"
        set -- "$?"
        strict
        return "$1"
        ;;
    *) _hooks_run "$1" ;;
    esac
}

# Between two hooks only parameters are safe: a hook may change any variable.
_hooks_run() {
    hooks_failed=''
    _collate=${LC_ALL-unset}
    LC_ALL=C
    set -- "$1" "$REL_DIR/hooks/$1.d"/*
    if [ "$_collate" = unset ]; then unset LC_ALL; else LC_ALL=$_collate; fi
    while [ "$#" -gt 1 ]; do
        _hook_run "$1" "$2" "${_hook_file-}"
        _event=$1
        shift 2
        set -- "$_event" "$@"
    done
    [ -z "$hooks_failed" ]
}

# $1: event, $2: file, $3: file of the hook that has called for these, if any
_hook_run() {
    [ -f "$2" ] || return 0
    _hook_event=$1
    case $1 in
    post_start | post_stop | post_upgrade | status)
        (_hook_here "$2" '')
        case $? in 0) ;; *) hooks_failed=yes ;; esac
        ;;
    *) _hook_here "$2" "$3" ;;
    esac
}

_hook_here() {
    _hook_file=$1
    trap '_hook_ended "$?"' EXIT
    _hook_source "${1%/*}"
    _hook_file=$2
    [ -n "$2" ] || trap - EXIT
    cd "$RELEASE_ROOT_DIR" || exit 1
}

# The parameter of a hook is its folder.
_hook_source() {
    strict
    . "$_hook_file"
    lenient
}

# The shell that ran the hook exits: by the hook's will, or since a command in it failed.
_hook_ended() {
    trap - EXIT
    lenient
    case $1:$_hook_event in
    0:post_start | 0:post_stop | 0:post_upgrade | 0:status) exit 0 ;;
    0:*) error "the $_hook_event hook '$_hook_file' has ended the command '$RELEASE_COMMAND' with 'exit'; 'return' ends a hook alone" ;;
    *) error "the $_hook_event hook '$_hook_file' has failed, status $1" ;;
    esac
    exit 1
}
