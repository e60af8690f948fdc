# shellcheck shell=sh
# console [ARGUMENT...]: runs the node with an interactive shell on this terminal
#
# The shell is IEx where the release has it, else (or with USE_ERL_SHELL set) Erlang's.

. "$RELEASE_LIBEXEC_DIR/vm.sh"
vm_prepare
vm_begin start
vm_node
vm_shell '' "$@"
vm_exec
