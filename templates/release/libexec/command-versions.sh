# shellcheck shell=sh
# versions [--json]: lists the versions of the release that are installed, and their states
#
# The states are release_handler's, of the running node or else of releases/RELEASES: current
# (runs until the next start), permanent (the next start runs it), old, unpacked. A version that
# release_handler does not know, but bin/NAME could start, is unregistered. A star marks the
# version that `start` takes.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/json.sh"
. "$RELEASE_LIBEXEC_DIR/versions.sh"
json_options "$@"
versions_find
if [ -n "$as_json" ]; then versions_json; else versions_list; fi
