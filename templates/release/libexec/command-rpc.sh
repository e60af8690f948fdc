# shellcheck shell=sh
# rpc EXPRESSION: evaluates an expression on the running node and prints its value
#
# The expression is Elixir in a release with Elixir, else Erlang; Mod.fun/0 (Erlang: mod:fun/0)
# calls that function. What the code prints appears here too. A syntax error, an exception,
# an exit and a throw go to standard error, and the command fails with status 1.
#
#   rpc --file FILE                          evaluates the text of a file
#   rpc --mfa 'Mod.fun/2' ARGUMENT...        calls a function with the arguments, as strings
#   rpc --mfa 'Mod.fun/1' --argv ARGUMENT... calls it with one list of them
#   --timeout SECONDS                        how long to wait; 0, the default, for ever
#
# Arguments that look like options come after `--`. RELEASE_RPC_TIMEOUT is the default of the
# option --timeout. After the timeout the code may still be running on the node.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/call.sh"
call_options_end=''
call_read "$@"
if [ -z "$call_module" ] && [ -n "$call_arguments" ]; then
    fail "rpc takes one argument, the expression: $REL_NAME rpc 'EXPRESSION'"
fi
[ -z "$call_file" ] || expression=$(cat -- "$call_file") || fail "cannot read the file '$call_file'"
[ -z "$call_timeout" ] || rpc_limit_name=--timeout
require_live_node
rpc "${call_timeout:-${RELEASE_RPC_TIMEOUT:-0}}" || exit 1
