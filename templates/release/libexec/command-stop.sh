# shellcheck shell=sh
# stop: stops the node in order and waits until its process is gone
#
# RELEASE_STOP_TIMEOUT: how many seconds to wait; the default is 60.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/stop.sh"
require_live_pid
node_stop stop
info ok
