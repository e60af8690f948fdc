# shellcheck shell=sh
# Calls on the running node by way of a hidden VM, where erl_call can't do it; see control.sh.

. "$RELEASE_LIBEXEC_DIR/vm.sh"

# control_vm PROGRAM SECONDS: evaluates Erlang expressions on the node; what they print appears
# on standard output. Status: 0, 1 if the node was not reached, 142 after the timeout (0: none).
# As with erl_call, the program's bytes are read as Latin-1.
control_vm() (
    RELEASE_CONTROL_PROGRAM=$1
    RELEASE_CONTROL_LIMIT=$2
    export RELEASE_CONTROL_PROGRAM RELEASE_CONTROL_LIMIT
    vm_begin start_clean
    vm_words -mode interactive -noinput -hidden "$NAME_TYPE" "$client-$NAME"
    vm_line="$vm_line $vmargs_dist"
    vm_remote
    vm_home
    [ "$2" -eq 0 ] || vm_words -kernel net_setuptime "$2"
    vm_words -eval "$_control_vm_program" -extra "$NAME"
    vm_exec
)

_control_vm_program='
    Text = case file:native_name_encoding() of
        latin1 -> os:getenv("RELEASE_CONTROL_PROGRAM");
        _ -> binary_to_list(unicode:characters_to_binary(os:getenv("RELEASE_CONTROL_PROGRAM")))
    end,
    Limit = case os:getenv("RELEASE_CONTROL_LIMIT") of
        "0" -> infinity;
        Seconds -> 1000 * list_to_integer(Seconds)
    end,
    Begin = erlang:monotonic_time(millisecond),
    Node = list_to_atom(hd(init:get_plain_arguments())),
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    io:setopts(user, [{encoding, unicode}]),
    halt(case net_kernel:connect_node(Node) of
        true ->
            case rpc:call(Node, erl_eval, exprs, [Expressions, []], Limit) of
                {value, _, _} -> 0;
                {badrpc, timeout} -> 142;
                _ -> 1
            end;
        _ when is_integer(Limit) ->
            Waited = erlang:monotonic_time(millisecond) - Begin,
            if Waited * 10 >= Limit * 9 -> 142; true -> 1 end;
        _ -> 1
    end).'
