# shellcheck shell=sh
# status [--json]: tells whether the node runs, and since when, as which process and version
#
# The status is running, starting, stopping, stopped, hanging (no answer within
# RELEASE_CONTROL_TIMEOUT seconds, 10), refusing (something of that name is there, but its
# cookie is another one, or it is just beginning to start) or unknown (the node runs without
# distribution, or has no name before its first start). The command succeeds if it is running,
# and fails otherwise. Of a node that runs the status hooks have the last word: one that fails
# makes the command fail.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/json.sh"
. "$RELEASE_LIBEXEC_DIR/state.sh"
json_options "$@"
rpc_limit_name=RELEASE_CONTROL_TIMEOUT
node_state
node_pid=''
case $state in running | starting | stopping) node_facts || node_pid='' ;; esac
if [ -n "$as_json" ]; then
    json "$NAME"
    _text="{\"node\":$json,\"status\":\"$state\""
    if [ -n "$node_pid" ]; then
        json "$node_vsn"
        _text="$_text,\"pid\":$node_pid,\"version\":$json,\"otp\":\"$node_otp\",\"uptime\":$node_uptime"
    fi
    info "$_text}"
else
    printf '%-8s %s\n' node "$NAME" status "$state"
    [ -z "$node_pid" ] ||
        printf '%-8s %s\n' pid "$node_pid" version "$node_vsn" otp "$node_otp" uptime "$node_uptime s"
fi
. "$RELEASE_LIBEXEC_DIR/hooks.sh"
if [ "$state" != running ]; then
    false
elif [ -n "$as_json" ]; then
    run_hooks status >&2
else
    run_hooks status
fi
