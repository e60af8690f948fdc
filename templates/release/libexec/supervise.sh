# shellcheck shell=sh
# A node in the foreground with hooks to be run beside and after it: this shell stays as the
# parent of the VM, hands signals on to it, and has its exit status.

. "$RELEASE_LIBEXEC_DIR/stop.sh"

# vm_supervise: runs $vm_line, and exits with its status.
vm_supervise() {
    _signal=''
    _stopping=''
    for _name in HUP INT QUIT TERM; do
        # shellcheck disable=SC2064 # the name is that of now
        trap "_signal=$_name" "$_name"
    done
    exec 3<&0
    (vm_exec_child) <&3 3<&- &
    node_pid=$!
    exec 3<&-
    _vm_beginning "$node_pid"
    _supervise_start &
    _watcher=$!
    while :; do
        wait "$node_pid"
        _vm_status=$?
        # A signal ends the waiting, too.
        process_alive "$node_pid" || break
        [ -z "$_signal" ] || _supervise_signal
    done
    kill "$_watcher" 2>/dev/null
    [ -z "$_stopping" ] || run_hooks post_stop
    pid_file_remove "$node_pid"
    exit "$_vm_status"
}

# Shells start background processes with SIGINT and SIGQUIT ignored, and a VM leaves it so: the
# two are requests for an orderly stop here. A failing hook cannot stop what has been decided.
_supervise_signal() {
    _sent=$_signal
    _signal=''
    case $_sent in INT | QUIT) _sent=TERM ;; esac
    if [ -z "$_stopping" ]; then
        _stopping=yes
        (run_hooks pre_stop)
    fi
    kill -s "$_sent" "$node_pid" 2>/dev/null
}

# Beside the node: waits until it answers, then runs the hooks.
_supervise_start() {
    trap - HUP INT QUIT TERM
    hooks_exist post_start || return 0
    . "$RELEASE_LIBEXEC_DIR/control.sh"
    _vm_pid=$node_pid
    until control_find && node_up && node_pid_find && [ "$node_pid" = "$_vm_pid" ]; do
        process_alive "$_vm_pid" || return 0
        pause
    done
    run_hooks post_start
}
