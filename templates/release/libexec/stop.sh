# shellcheck shell=sh
# The end of a running node.

# node_stop FUNCTION: init:FUNCTION() on the node, then waits until its process $node_pid is gone.
node_stop() {
    deadline_in "${RELEASE_STOP_TIMEOUT:-60}" RELEASE_STOP_TIMEOUT
    control_apply init "$1" || node_unreachable
    _round=0
    while process_alive "$node_pid"; do
        _round=$((_round + 1))
        # A node that was just restarting has lost the message: it is up again, not stopping.
        if [ $((_round % 10)) -eq 0 ] && control_apply init get_status; then
            case $reply in '{started'*) control_apply init "$1" ;; esac
        fi
        if deadline_passed; then
            fail "the node '$NAME' (pid $node_pid) has not ended within ${RELEASE_STOP_TIMEOUT:-60} s (RELEASE_STOP_TIMEOUT); to end it at once: kill -9 $node_pid"
        fi
        pause
    done
}

# pid_file_remove PID: removes the file PIDFILE if it is about this process.
pid_file_remove() {
    [ -n "${PIDFILE-}" ] || return 0
    _pid=''
    { read -r _pid <"$PIDFILE"; } 2>/dev/null || :
    [ "$_pid" != "$1" ] || rm -f "$PIDFILE"
}
