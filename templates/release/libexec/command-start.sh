# shellcheck shell=sh
# start [--no-wait] [ARGUMENT...]: starts the node in the background and waits until it is up
#
# Fails, with the end of the log, when the node does not come up, and when it is running
# already. Its shell is there for `attach`; what it prints is in RUNNER_LOG_DIR (var/log).
# RELEASE_START_TIMEOUT: how many seconds to wait; the default is 60. With --no-wait as the first
# argument the command returns when the node's process is there, and post_start hooks run later;
# what they print, and a failure, is in RUNNER_LOG_DIR/start.log.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/daemon.sh"
daemon_start "$@"
