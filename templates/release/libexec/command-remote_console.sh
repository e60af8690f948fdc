# shellcheck shell=sh
# remote_console: opens an interactive shell on the running node
#
# The shell is IEx where the release has it, else (or with USE_ERL_SHELL set) Erlang's.
# Leaving it with Ctrl-C twice (Erlang: Ctrl-G q) leaves the node alone; halt() ends the node.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/vm.sh"
require_live_node
vm_begin start_clean
vm_words -mode interactive -hidden "$NAME_TYPE" "rem-$client-$NAME"
vm_line="$vm_line $vmargs_dist"
vm_remote
vm_home
vm_shell "$NAME"
vm_exec
