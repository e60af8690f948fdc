# shellcheck shell=sh
# A new start of the applications inside the running process.

# node_restart: init:restart() on the node, and back when it is up. That the restart has been
# is seen by a value in kernel's environment, which does not outlive it.
node_restart() {
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
