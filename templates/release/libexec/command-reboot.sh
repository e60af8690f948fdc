# shellcheck shell=sh
# reboot: stops the node and starts it again in a new process
#
# With heart (-heart in vm.args) it is heart that starts it, otherwise `start` does.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/stop.sh"
. "$RELEASE_LIBEXEC_DIR/daemon.sh"
require_live_pid
control_apply erlang whereis '[heart]' || node_unreachable
_heart=$reply
node_stop reboot
if [ "$_heart" = undefined ]; then
    daemon_start "$@"
else
    daemon_wait_heart
fi
info ok
