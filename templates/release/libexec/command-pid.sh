# shellcheck shell=sh
# pid: prints the process number of the running node

. "$RELEASE_LIBEXEC_DIR/control.sh"
require_live_node
node_pid_find || node_unreachable
info "$node_pid"
