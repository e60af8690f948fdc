# shellcheck shell=sh
# describe [--show-cookie] [--json]: tells all about the release and its configuration
#
# The hooks and the custom commands are listed with the text of their first comments.
# --show-cookie shows the cookie, which otherwise is left out.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/json.sh"
. "$RELEASE_LIBEXEC_DIR/comment.sh"
. "$RELEASE_LIBEXEC_DIR/state.sh"
. "$RELEASE_LIBEXEC_DIR/describe.sh"
describe "$@"
