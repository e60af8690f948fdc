# shellcheck shell=sh
# eval EXPRESSION [ARGUMENT...]: evaluates an expression in a VM of its own, without the node
#
# The release's applications are loaded and configured, but not started, and the VM is not
# distributed. The expression is Elixir in a release with Elixir, else Erlang; Mod.fun/0
# (Erlang: mod:fun/0) calls that function. Its value is not printed. Further arguments are
# System.argv() or init:get_plain_arguments(). An exception gives status 1, System.halt(7) 7.
#
#   eval --file FILE [ARGUMENT...]            evaluates the text of a file
#   eval --mfa 'Mod.fun/2' ARGUMENT...        calls a function with the arguments, as strings
#   eval --mfa 'Mod.fun/1' --argv ARGUMENT... calls it with one list of them
#   --timeout SECONDS                         ends the VM after that time, with status 1
#
# Options come before the expression; arguments that look like options after `--`.

. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/call.sh"
call_options_end=yes
call_read "$@"
. "$RELEASE_LIBEXEC_DIR/eval.sh"
eval_call
