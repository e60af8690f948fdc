# shellcheck shell=sh
# pid [--json]: prints the process number of the running node

. "$RELEASE_LIBEXEC_DIR/control.sh"
if [ "$#" -eq 0 ]; then
    require_live_pid
    info "$node_pid"
else
    . "$RELEASE_LIBEXEC_DIR/json.sh"
    json_options "$@"
    require_live_pid
    info "{\"pid\":$node_pid}"
fi
