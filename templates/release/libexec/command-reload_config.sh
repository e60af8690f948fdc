# shellcheck shell=sh
# reload_config: reads the configuration again and applies it to the running node
#
# sys.config is made anew as for a start, config providers (config/runtime.exs) run again on the
# node, in its environment. Settings that are in it are set; those that came from the former
# configuration and are no longer there fall back to the application's own default, or are
# removed. Then the applications are told (config_change/3). Printed are the settings that have
# changed, without their values. If the configuration cannot be read, nothing is changed.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/reload.sh"
[ "$#" -eq 0 ] || fail "reload_config takes no arguments"
require_live_node
if [ -f "$RELEASE_LIBEXEC_DIR/configure.sh" ]; then
    . "$RELEASE_LIBEXEC_DIR/configure.sh"
    configure_release
fi
reload_evaluation
node_evaluate "${RELEASE_RPC_TIMEOUT:-0}" || exit 1
