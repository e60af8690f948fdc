# shellcheck shell=sh
# stop: stops the node in order and waits until its process is gone
#
# RELEASE_STOP_TIMEOUT: how many seconds to wait; the default is 60.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/stop.sh"
. "$RELEASE_LIBEXEC_DIR/hooks.sh"
require_live_pid
run_hooks pre_stop
node_stop stop
pid_file_remove "$node_pid"
run_hooks post_stop
[ -z "${hooks_failed-}" ] || fail "the node '$NAME' has stopped, but a post_stop hook has failed"
info ok
