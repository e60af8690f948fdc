# shellcheck shell=sh
# info processes [--sort-by KEY] [--json]: lists the processes of the running node
#
# KEY: reductions (the default), memory and message_queue, the highest first; name,
# current_function and pid in their order.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/processes.sh"
case ${1-} in
processes) shift ;;
'') fail "info needs a subject: $REL_NAME info processes" ;;
*) fail "info knows nothing of '$1': $REL_NAME info processes" ;;
esac
processes_options "$@"
require_live_node
processes_evaluation
rpc_limit_name=RELEASE_CONTROL_TIMEOUT
node_evaluate "$RELEASE_CONTROL_TIMEOUT" || exit 1
