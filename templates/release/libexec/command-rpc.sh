# shellcheck shell=sh
# rpc EXPRESSION: evaluates an expression on the running node and prints its value
#
# The expression is Elixir in a release with Elixir, else Erlang; Mod.fun/0 (Erlang: mod:fun/0)
# calls that function. What the code prints appears here too. A syntax error, an exception,
# an exit and a throw go to standard error, and the command fails with status 1.
# RELEASE_RPC_TIMEOUT: how many seconds to wait for the end of it; 0, the default, for ever.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
if [ "$#" -ne 1 ] || [ -z "$1" ]; then
    fail "rpc takes one argument, the expression: $REL_NAME rpc 'EXPRESSION'"
fi
expression_read "$1"
require_live_node
rpc "${RELEASE_RPC_TIMEOUT:-0}" || exit 1
