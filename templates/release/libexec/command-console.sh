# shellcheck shell=sh
# console [ARGUMENT...]: runs the node with an interactive shell on this terminal
#
# The shell is IEx where the release has it, else (or with USE_ERL_SHELL set) Erlang's.
# Arguments are for the application: System.argv() or init:get_plain_arguments().

. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/boot.sh"
console "${RELEASE_BOOT_SCRIPT:-start}" "$@"
