# shellcheck shell=sh
# restart: restarts the applications of the running node, in the same process

. "$RELEASE_LIBEXEC_DIR/control.sh"
require_live_node
control_apply init restart || node_unreachable
info ok
