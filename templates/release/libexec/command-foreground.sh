# shellcheck shell=sh
# foreground [ARGUMENT...]: runs the node in the foreground, without a shell
#
# The command becomes the node, so that signals reach it: SIGTERM stops it in order. Arguments
# are for the application: System.argv() or init:get_plain_arguments().

. "$RELEASE_LIBEXEC_DIR/vm.sh"
vm_prepare
vm_begin start
vm_node
vm_words -noshell -noinput +Bd
vm_arguments "$@"
vm_exec
