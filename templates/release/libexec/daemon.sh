# shellcheck shell=sh
# A node in the background, under run_erl.

# daemon_start [--no-wait] ARGUMENT...: returns when the node is up and the post_start hooks have
# run, or ends the command with the reason. With --no-wait nothing is waited for.
daemon_start() {
    _wait=yes
    if [ "${1-}" = --no-wait ]; then
        _wait=''
        shift
    fi
    deadline_in "${RELEASE_START_TIMEOUT:-60}" RELEASE_START_TIMEOUT
    [ -z "${RELEASE_READ_ONLY-}" ] ||
        fail "with RELEASE_READ_ONLY a node cannot be started in the background: it has pipes and logs; use 'foreground'"
    [ "${RELEASE_DISTRIBUTION-}" != none ] ||
        fail "a node without distribution (RELEASE_DISTRIBUTION=none) could not be controlled in the background; use 'foreground'"
    vm_prepare
    erts_tool run_erl || fail "cannot find 'run_erl', which belongs to the runtime in '$BINDIR'"
    _run_erl=$tool
    mkdir -p "$PIPE_DIR" "$RUNNER_LOG_DIR" 2>/dev/null
    for _folder in "$PIPE_DIR" "$RUNNER_LOG_DIR"; do
        if [ ! -d "$_folder" ] || [ ! -w "$_folder" ]; then
            fail "cannot write to the folder '$_folder'; set RELEASE_MUTABLE_DIR to a folder that this user can write"
        fi
    done
    _heart_command
    if [ -n "$restart_boot" ]; then
        vm_begin "$RELEASES_DIR/$restart_boot/start"
    else
        vm_begin "${RELEASE_BOOT_SCRIPT:-start}"
    fi
    vm_node
    vm_shell '' "$@"
    _daemon_launch
    if [ -z "$_wait" ]; then
        _daemon_begun || _daemon_failed "run_erl has not started the node '$NAME'" run_erl.log
        _daemon_later </dev/null >>"$RUNNER_LOG_DIR/start.log" 2>&1 &
        return 0
    fi
    _daemon_wait
    run_hooks post_start
    [ -z "${hooks_failed-}" ] || fail "the node '$NAME' is up, but a post_start hook has failed"
}

# What nobody waits for, beside the command that has ended.
_daemon_later() {
    if hooks_exist post_start; then
        _daemon_wait
        run_hooks post_start
    fi
}

# What heart runs when the node has died. The version is looked up anew then, unless the
# caller of this command had chosen one.
_heart_command() {
    quote "$RELEASE_ROOT_DIR/bin/$REL_NAME"
    HEART_COMMAND=${HEART_COMMAND:-$quoted start}
    derived HEART_COMMAND "$given_heart"
}

# The shell that becomes the VM writes its number to a file first: the only way to tell this
# VM from another of the same name, and its death from a slow start.
_daemon_launch() {
    _launched=''
    random_id
    pid_file=$RELEASE_NODE_DIR/start.$id
    quote "$pid_file"
    RUN_ERL_DISABLE_FLOWCNTRL=${RUN_ERL_DISABLE_FLOWCNTRL:-true}
    export RUN_ERL_DISABLE_FLOWCNTRL
    (
        _vm_environment
        # shellcheck disable=SC2086 # assignments, separated by blanks
        exec env ${RUN_ERL_ENV-$REL_RUN_ERL_ENV} "$_run_erl" -daemon "$PIPE_DIR/" "$RUNNER_LOG_DIR/" \
            "echo \$\$ >$quoted; exec$vm_line"
    ) || fail "run_erl failed, status $?"
}

# Sets $_launched to the number of the VM. Fails if there is none after 20 seconds.
_daemon_begun() {
    _launched=''
    _waits=0
    until { read -r _launched <"$pid_file"; } 2>/dev/null && [ -n "$_launched" ]; do
        _waits=$((_waits + 1))
        [ "$_waits" -le 200 ] || break
        pause
    done
    rm -f "$pid_file"
    [ -n "$_launched" ] || return 1
    _vm_beginning "$_launched"
}

_daemon_wait() {
    node_pid=''
    control_find
    [ -n "${_launched-}" ] || _daemon_begun || _daemon_failed "run_erl has not started the node '$NAME'" run_erl.log
    while :; do
        if ! process_alive "$_launched"; then
            _daemon_failed "the node '$NAME' ended before it was up"
        elif _daemon_up; then
            return 0
        fi
        ! deadline_passed || break
        pause
    done
    _daemon_failed "the node '$NAME' (pid $_launched) is still not up after ${RELEASE_START_TIMEOUT:-60} s (RELEASE_START_TIMEOUT); it goes on starting"
}

# Up is: every application has been started, and it is the VM that was launched here.
_daemon_up() {
    node_up && node_pid_find && [ "$node_pid" = "$_launched" ]
}

# daemon_wait_heart: waits until heart has started the node anew.
daemon_wait_heart() {
    deadline_in "${RELEASE_START_TIMEOUT:-60}" RELEASE_START_TIMEOUT
    _old_pid=$node_pid
    while :; do
        if node_up && node_pid_find && [ "$node_pid" != "$_old_pid" ]; then
            return 0
        fi
        ! deadline_passed || break
        pause
    done
    fail "heart has not started the node '$NAME' within ${RELEASE_START_TIMEOUT:-60} s (RELEASE_START_TIMEOUT)"
}

# Ends the command with a reason and with what the node has printed since it was launched; or
# with the end of the log file $2.
_daemon_failed() {
    error "$1"
    # shellcheck disable=SC2012,SC2086 # run_erl gives the names; the pattern is to be expanded
    _log=$(ls -t "$RUNNER_LOG_DIR"/${2:-erlang.log.*} 2>/dev/null | head -n 1)
    if [ -n "$_log" ]; then
        printf 'the end of %s:\n' "$_log" >&2
        tail -n 100 "$_log" | tr -d '\r' | awk '
            /^===== LOGGING STARTED/ { n = 0; next }
            { lines[n++] = $0 }
            END { for (i = n > 20 ? n - 20 : 0; i < n; i++) print "    " lines[i] }' >&2
    fi
    exit 1
}
