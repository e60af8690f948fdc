# shellcheck shell=sh
# pingpeer NODE: tells whether another node answers; the same as `ping --name NODE`

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/peer.sh"
if [ "$#" -ne 1 ] || [ -z "$1" ]; then
    fail "pingpeer needs the name of a node: $REL_NAME pingpeer NODE"
fi
peer_options --name "$1"
peer_ping
info pong
