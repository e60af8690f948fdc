%% What bin\NAME.bat has a VM do: a command (RELEASE_CALL) for the node RELEASE_NODE. The expression
%% is Elixir in a release with Elixir, else Erlang.
Node = list_to_atom(os:getenv("RELEASE_NODE", "nonode@nohost")),
Call = os:getenv("RELEASE_CALL"),
Fail = fun(Format, Arguments) ->
    io:format(standard_error, Format ++ "~n", Arguments),
    erlang:halt(1)
end,
Alive = fun() -> net_kernel:hidden_connect_node(Node) =:= true end,
Gone = fun Gone(0) -> false; Gone(N) ->
    case lists:member(Node, nodes(hidden)) of
        false -> true;
        true -> timer:sleep(100), Gone(N - 1)
    end
end,
Text = fun() ->
    case os:getenv("RELEASE_EXPRESSION_FILE", "") of
        "" -> unicode:characters_to_binary(os:getenv("RELEASE_EXPRESSION"));
        File ->
            case file:read_file(File) of
                {ok, Read} -> Read;
                {error, Why} -> Fail("cannot read '~ts': ~ts", [File, file:format_error(Why)])
            end
    end
end,
%% Module, function and arguments that evaluate it; Print makes text of the outcome.
HasElixir = code:which('Elixir.Code') =/= non_existing,
Evaluation = fun
    (Source) when HasElixir -> {'Elixir.Code', eval_string, [Source]};
    (Source) ->
        case erl_scan:string(string:trim(unicode:characters_to_list(Source), trailing, ". \n\r\t") ++ ".") of
            {ok, Tokens, _} ->
                case erl_parse:parse_exprs(Tokens) of
                    {ok, Expressions} -> {erl_eval, exprs, [Expressions, []]};
                    {error, {_, M, E}} -> Fail("syntax error: ~ts", [M:format_error(E)])
                end;
            {error, {_, M, E}, _} -> Fail("syntax error: ~ts", [M:format_error(E)])
        end
end,
Print = fun
    ({Value, _}) when HasElixir -> io:put_chars([rpc:call(Node, 'Elixir.Kernel', inspect, [Value]), $\n]);
    ({value, Value, _}) -> io:format("~tp~n", [Value])
end,
Down = fun() -> Fail("the node '~s' is not running, or does not take the cookie", [Node]) end,
case Call of
    "eval" ->
        {Module, Function, Arguments} = Evaluation(Text()),
        _ = [application:load(App) || App <- [elixir, compiler]],
        HasElixir andalso application:ensure_all_started(elixir),
        try apply(Module, Function, Arguments) of
            _ -> erlang:halt(0)
        catch
            Class:Reason -> Fail("~s: ~tp", [Class, Reason])
        end;
    _ ->
        Alive() orelse Down(),
        case Call of
            "ping" -> io:put_chars("pong\n");
            "stop" ->
                ok = rpc:call(Node, init, stop, []),
                Gone(600) orelse Fail("the node '~s' does not stop", [Node]),
                io:put_chars("ok\n");
            "restart" ->
                ok = rpc:call(Node, init, restart, []),
                io:put_chars("ok\n");
            "rpc" ->
                {Module, Function, Arguments} = Evaluation(Text()),
                case rpc:call(Node, Module, Function, Arguments) of
                    {badrpc, {'EXIT', {Reason, _}}} -> Fail("~tp", [Reason]);
                    {badrpc, Reason} -> Fail("~tp", [Reason]);
                    Result -> Print(Result)
                end
        end,
        erlang:halt(0)
end.
