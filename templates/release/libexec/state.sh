# shellcheck shell=sh
# The state of the node, whatever it is; control.sh, rpc.sh and language.sh are there.

# node_state: sets $state to
#   running                       all its applications are started
#   starting, stopping            on the way to or from that
#   hanging                       it does not answer in time
#   refusing                      something of that name is there, but does not take the cookie
#   stopped
#   unknown                       the node has no distribution, or no name before its first start
node_state() {
    state=unknown
    erts_find
    node_find try || return 0
    state=stopped
    control_find || return 0
    if control_apply init get_status; then
        case $reply in
        *started*started*) state=running ;;
        *stopping*) state=stopping ;;
        *) state=starting ;;
        esac
    elif [ "$control_status" = 142 ]; then
        state=hanging
    elif node_registered; then
        state=refusing
    fi
}

# node_facts: of a node that answers. Sets $node_pid, $node_vsn (the running version, which
# after an upgrade is not that of the boot file), $node_otp, $node_uptime (seconds). Fails if the
# node has gone meanwhile.
node_facts() {
    evaluation='begin
        {_, Booted} = init:script_id(),
        Version = case whereis(release_handler) of
            undefined -> Booted;
            _ ->
                case release_handler:which_releases(current) ++ release_handler:which_releases(permanent) of
                    [{_, V0, _, _} | _] -> V0;
                    [] -> Booted
                end
        end,
        Uptime = element(1, erlang:statistics(wall_clock)) div 1000,
        {ok, io_lib:format("~s ~s ~s ~w", [os:getpid(), Version, erlang:system_info(otp_release), Uptime])}
    end'
    reply=$(node_evaluate "$RELEASE_CONTROL_TIMEOUT") || return 1
    node_pid=${reply%% *}
    reply=${reply#* }
    node_uptime=${reply##* }
    reply=${reply% *}
    node_otp=${reply##* }
    node_vsn=${reply% *}
}
