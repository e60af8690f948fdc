%% A hidden node that draws numbers from examples/sequence on another node without a pause,
%% for tests/e2e/test_upgrade_soak.sh:
%%   erl -hidden -name .. -run soak_client main NODE COOKIE-FILE FOLDER
%% It makes FOLDER/ready when the first numbers are there, and ends when FOLDER/stop is: with
%% FOLDER/numbers, one a line, FOLDER/failures, one call a line, and FOLDER/figures: the number
%% of calls, and the microseconds that the longest one took.
-module(soak_client).
-export([main/1]).

%% Two processes: one calls the server itself, the other one has the node call the function
%% that its users call, in whatever version it is.
main([Node, CookieFile, Folder]) ->
    {ok, Cookie} = file:read_file(CookieFile),
    Server = list_to_atom(Node),
    erlang:set_cookie(Server, binary_to_atom(string:trim(Cookie))),
    pong = net_adm:ping(Server),
    Stop = atomics:new(1, []),
    Calls = [fun() -> ask(Server) end, fun() -> have_asked(Server) end],
    Clients = [spawn_monitor(fun() -> client(Call, Stop) end) || Call <- Calls],
    ok = file:write_file(filename:join(Folder, "ready"), ""),
    wait_for(filename:join(Folder, "stop")),
    ok = atomics:put(Stop, 1, 1),
    report(Folder, [receive {'DOWN', Ref, _, _, Result} -> Result end || {_, Ref} <- Clients]),
    halt().

wait_for(File) ->
    case filelib:is_regular(File) of
        true -> ok;
        false -> timer:sleep(50), wait_for(File)
    end.

client(Call, Stop) ->
    client(Call, Stop, {[], [], 0}).

client(Call, Stop, {Numbers, Failures, Longest}) ->
    Started = erlang:monotonic_time(microsecond),
    Result = try Call() catch Class:Reason -> {failed, Class, Reason} end,
    Took = max(Longest, erlang:monotonic_time(microsecond) - Started),
    Now =
        case Result of
            {failed, _, _} -> {Numbers, [Result | Failures], Took};
            Number -> {[Number | Numbers], Failures, Took}
        end,
    case atomics:get(Stop, 1) of
        0 -> client(Call, Stop, Now);
        1 -> exit({result, Now})
    end.

ask(Server) ->
    Number = gen_server:call({'Elixir.Sequence.Server', Server}, next_number, 60000),
    true = is_integer(Number),
    Number.

have_asked(Server) ->
    case erpc:call(Server, 'Elixir.Sequence.Server', next_number, [], 60000) of
        Number when is_integer(Number) -> Number;
        <<"The next number is ", Number/binary>> -> binary_to_integer(Number)
    end.

report(Folder, Results) ->
    {Numbers, Failures, Longest} =
        lists:unzip3([{N, F, L} || {result, {N, F, L}} <- Results, length(Results) =:= 2]),
    write(Folder, "numbers", [[integer_to_binary(N), $\n] || N <- lists:append(Numbers)]),
    write(Folder, "failures", [io_lib:format("~0tp~n", [F]) || F <- lists:append(Failures)]),
    Count = length(lists:append(Numbers)) + length(lists:append(Failures)),
    write(Folder, "figures", io_lib:format("~w ~w~n", [Count, lists:max(Longest)])).

write(Folder, Name, Text) ->
    ok = file:write_file(filename:join(Folder, Name), Text).
