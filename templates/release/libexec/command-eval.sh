# shellcheck shell=sh
# eval EXPRESSION [ARGUMENT...]: evaluates an expression in a VM of its own, without the node
#
# The release's applications are loaded and configured, but not started, and the VM is not
# distributed. The expression is Elixir in a release with Elixir, else Erlang; Mod.fun/0
# (Erlang: mod:fun/0) calls that function. Its value is not printed. Further arguments are
# System.argv() or init:get_plain_arguments(). An exception gives status 1, System.halt(7) 7.

. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
[ -n "${1-}" ] || fail "eval needs an expression: $REL_NAME eval 'EXPRESSION' [ARGUMENT...]"
expression_read "$1"
shift
erts_find
erts_check
config_find
RELEASE_EXPRESSION=$expression
export RELEASE_EXPRESSION
vm_begin start_clean
vm_words -mode interactive
vm_config
vm_words -noshell +Bd
eval_program
vm_words -eval "$program"
vm_plain "$@"
eval "exec $vm_line"
