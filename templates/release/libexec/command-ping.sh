# shellcheck shell=sh
# ping: tells whether the node answers
#
# Prints pong and succeeds if the node of this release is up and takes its cookie; fails
# otherwise. Waits for an answer no longer than RELEASE_CONTROL_TIMEOUT seconds (10).

. "$RELEASE_LIBEXEC_DIR/control.sh"
require_live_node
info pong
