# shellcheck shell=sh
# ping [--name NODE] [--cookie COOKIE]: tells whether the node answers
#
# Prints pong and succeeds if the node of this release is up and takes its cookie; fails
# otherwise. Waits for an answer no longer than RELEASE_CONTROL_TIMEOUT seconds (10).
#
#   --name NODE      asks another node; without a host it is the host of this node
#   --cookie COOKIE  with another cookie than this release's. Other users may see it in the
#                    list of processes while the command runs: in the variable COOKIE they can't
#
# Distillery's option --id NAME is accepted and has no effect.

. "$RELEASE_LIBEXEC_DIR/control.sh"
if [ "$#" -eq 0 ]; then
    require_live_node
else
    . "$RELEASE_LIBEXEC_DIR/peer.sh"
    peer_options "$@"
    peer_ping
fi
info pong
