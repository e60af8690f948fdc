# shellcheck shell=sh
# restart: restarts the applications of the node in the same process, and waits until it is up
#
# RELEASE_START_TIMEOUT: how many seconds to wait; the default is 60.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/restart.sh"
require_live_node
node_restart
info ok
