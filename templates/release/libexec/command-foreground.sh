# shellcheck shell=sh
# foreground [ARGUMENT...]: runs the node in the foreground, without a shell
#
# SIGTERM stops it in order: the command becomes the node or, if there are hooks to be run beside
# it or after it, hands signals on to it. The exit status is the node's. Arguments are for the
# application: System.argv() or init:get_plain_arguments().

. "$RELEASE_LIBEXEC_DIR/vm.sh"
vm_prepare
vm_begin "${RELEASE_BOOT_SCRIPT:-start}"
vm_node
vm_words -noshell -noinput +Bd
vm_arguments "$@"
if [ -n "${PIDFILE-}" ] || hooks_exist post_start pre_stop post_stop; then
    . "$RELEASE_LIBEXEC_DIR/supervise.sh"
    vm_supervise
fi
vm_exec
