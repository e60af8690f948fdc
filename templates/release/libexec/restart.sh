# shellcheck shell=sh
# A new start of the applications inside the running process.

# restart_cookie: fails, with $restart_problem, when a restart in the same process would give the
# node another cookie, so that no command could reach it any more. The VM reads its cookie anew,
# and a ~/.erlang.cookie that was not there at the start (see vm.sh) comes before the node's own.
restart_cookie() {
    control_apply os getenv '["XDG_CONFIG_HOME"]' || node_unreachable
    [ "$reply" = "\"$RELEASE_NODE_DIR/config\"" ] || return 0
    control_apply os getenv '["HOME"]' || node_unreachable
    _home=${reply#\"}
    _home=${_home%\"}
    [ -e "$_home/.erlang.cookie" ] || return 0
    if _cookie_read "$_home/.erlang.cookie"; then
        _of_home=$_kept
        ! _cookie_read "$COOKIE_HOME/.erlang.cookie" || [ "$_kept" != "$_of_home" ] || return 0
    fi
    restart_problem="the file '$_home/.erlang.cookie' has appeared since the node was started, and a restart in the same process takes the cookie in it"
    return 1
}

# node_restart: init:restart() on the node, and back when it is up. That the restart has been
# is seen by a value in kernel's environment, which does not outlive it.
node_restart() {
    restart_cookie || fail "$restart_problem; stop and start the node instead"
    deadline_in "${RELEASE_START_TIMEOUT:-60}" RELEASE_START_TIMEOUT
    control_apply application set_env '[kernel,release_restarting,true]' || node_unreachable
    control_apply init restart || node_unreachable
    until control_apply application get_env '[kernel,release_restarting]' &&
        [ "$reply" = undefined ] && node_up; do
        ! deadline_passed ||
            fail "the node '$NAME' is not up again after ${RELEASE_START_TIMEOUT:-60} s (RELEASE_START_TIMEOUT)"
        pause
    done
}
