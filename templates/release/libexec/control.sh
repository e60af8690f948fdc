# shellcheck shell=sh
# Calls on the running node. They go through erl_call, which costs milliseconds; a VM is
# started for them only where erl_call can't do it: OTP before 24, distribution over TLS or
# IPv6, a host whose own name does not resolve (erl_call dies of it), no erl_call at all.
#
# Client names: erl_call's default is one fixed name, with which parallel calls fail and late
# replies reach the wrong caller. A name made of the process number is unique on this host at
# a time, and repeats in the long run: each new name is an atom that the node never frees. It
# is the number of erl_call's own process: a node that has not yet noticed the end of a call
# refuses another one by the same name.

RELEASE_CONTROL_TIMEOUT=${RELEASE_CONTROL_TIMEOUT:-10}

# control_find: node, cookie and means of control. Fails if there cannot be a running node.
control_find() {
    [ -z "${control_means-}" ] || return 0
    erts_find
    node_find
    cookie_prepare control || return 1
    client=relc$(($$ % 32768))
    control_means=vm
    case $vmargs_dist in
    *_tcp6* | *inet6* | *tls*) return 0 ;;
    esac
    _takes_erl_call "$ERTS_VSN" || return 0
    erts_tool erl_call || return 0
    control_means=erl_call
    ERL_CALL=$tool
}

# Before OTP 24 a node sends erl_call nothing of what an expression prints.
_takes_erl_call() {
    [ "${1%%.*}" -ge 12 ] 2>/dev/null
}

# control_suits: when the node may have been started anew with another ERTS than these scripts
# have.
control_suits() {
    [ "$control_means" = erl_call ] || return 0
    control_apply erlang system_info '[version]' || return 1
    _takes_erl_call "${reply#\"}" && return
    control_means=vm
    . "$RELEASE_LIBEXEC_DIR/control_vm.sh"
}

_erl_call() {
    # shellcheck disable=SC2016,SC2086 # for the other shell; two words or none
    HOME=$COOKIE_HOME ${erl_call_by-} /bin/sh -c 'exec "$0" -h "relc$(($$ % 32768))" "$@"' \
        "$ERL_CALL" "$NAME_TYPE" "$NAME" "$@"
}

# control_apply MODULE FUNCTION [ARGUMENT-LIST]: calls a function whose result is plain, and
# sets $reply to its text. Status: 0, or 1 if the node did not answer, or 142 after the timeout.
control_apply() {
    if [ "$control_means" = erl_call ]; then
        reply=$({ _erl_call -timeout "$RELEASE_CONTROL_TIMEOUT" -a "$*"; } 2>/dev/null)
        control_status=$?
        _erl_call_died && control_apply "$@"
    else
        . "$RELEASE_LIBEXEC_DIR/control_vm.sh"
        reply=$(control_vm "io:format(<<\"~p\">>, [apply($1, $2, ${3:-[]})])." "$RELEASE_CONTROL_TIMEOUT" 2>/dev/null)
        control_status=$?
    fi
    case $reply in '{badrpc,'*) return 1 ;; esac
    return "$control_status"
}

# A death by signal other than the timeout's: from here on a VM does it.
_erl_call_died() {
    case $control_status in
    132 | 134 | 135 | 136 | 139) control_means=vm ;;
    *) return 1 ;;
    esac
}

node_answers() {
    control_find && control_apply erlang node
}

require_live_node() {
    node_answers || node_unreachable
}

# Sets $node_pid to the number of the running node's process.
require_live_pid() {
    { control_find && node_pid_find; } || node_unreachable
}

# Ends the command with the best explanation that can be had without the node.
node_unreachable() {
    [ "${control_status-}" != 142 ] ||
        fail "the node '$NAME' did not answer within $RELEASE_CONTROL_TIMEOUT s (RELEASE_CONTROL_TIMEOUT)"
    if node_registered; then
        fail "the node '$NAME' is there, but refuses the connection: its cookie is another one, or it is just starting"
    fi
    case $NAME in
    *@127.* | *@localhost | *@::1) fail "the node '$NAME' is not running" ;;
    *) fail "the node '$NAME' is not running, or its cookie is another one" ;;
    esac
}

# Is the name known to this machine's port mapper? Only for messages: it is a process.
node_registered() {
    erts_tool epmd || return 1
    "$tool" -names 2>/dev/null | while read -r _ _name _; do
        [ "$_name" != "${NAME%%@*}" ] || exit 3
    done
    [ "$?" -eq 3 ]
}

# Sets $node_pid to the number of the node's process.
node_pid_find() {
    control_apply os getpid || return 1
    node_pid=${reply#\"}
    node_pid=${node_pid%\"}
}

# Is the node not only there, but are all its applications started?
# init reports "started" too when the last application has failed; but then the application
# controller, which is about to take the VM down, gives no answer any more.
node_up() {
    control_apply init get_status || return 1
    case $reply in *started*started*) control_apply application which_applications ;; *) return 1 ;; esac
}
