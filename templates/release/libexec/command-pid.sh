# shellcheck shell=sh
# pid: prints the process number of the running node

. "$RELEASE_LIBEXEC_DIR/control.sh"
require_live_pid
info "$node_pid"
