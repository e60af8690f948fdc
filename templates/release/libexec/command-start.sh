# shellcheck shell=sh
# start [ARGUMENT...]: starts the node in the background and waits until it is up
#
# Fails, with the end of the log, when the node does not come up, and when it is running
# already. Its shell is there for `attach`; what it prints is in RUNNER_LOG_DIR (var/log).
# RELEASE_START_TIMEOUT: how many seconds to wait; the default is 60.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/daemon.sh"
daemon_start "$@"
