%% Compares what relup_tool made of the cases of relup_oracle with what systools made.
%%
%% main(Dir): equal texts are asked for where the dependencies between modules leave one
%% order only. Elsewhere systools' order depends on the numbers of atoms (otp.md 5.6): then
%% the instructions must be the same, in an order that the dependencies allow, components
%% of modules standing in the same places. Refusals must be for the same reason.
-module(relup_compare).
-export([main/1]).

main([Dir]) ->
    {ok, Cases} = file:consult(Dir ++ "/cases.terms"),
    {ok, Text} = file:read_file(Dir ++ "/answers"),
    Answers = string:split(string:trim(Text), "\n", all),
    length(Cases) =:= length(Answers) orelse stop("relup_tool ended early"),
    Results = [compare(Dir, Case, Answer) || {Case, Answer} <- lists:zip(Cases, Answers)],
    [io:format("case ~b: ~ts~n", [N, Why]) || {{N, _, _}, {wrong, Why}} <- lists:zip(Cases, Results)],
    Count = fun(What) -> length([x || R <- Results, R =:= What]) end,
    Real = length([x || {{_, {real, _, _}, _}, equal} <- lists:zip(Cases, Results)]),
    Wrong = length([x || {wrong, _} <- Results]),
    Detected = self_test(Dir, Cases, Results),
    io:format("relups: ~b equal as texts (~b by real appups), ~b equal but for the order of "
              "dependent modules, ~b refused by both, ~b wrong; ~b of ~b spoilt ones noticed~n",
              [Count(equal), Real, Count(equivalent), Count(refused), Wrong,
               element(1, Detected), element(2, Detected)]),
    Enough = lists:all(fun(N) -> N > 0 end, [Count(equal), Real, Count(equivalent), Count(refused)]),
    halt(case Wrong =:= 0 andalso Enough andalso element(1, Detected) =:= element(2, Detected) andalso
              element(1, Detected) > 0 of
             true -> 0;
             false -> 1
         end).

stop(Why) ->
    io:format("~s~n", [Why]),
    halt(1).

compare(Dir, {N, _, Scripts}, Answer) ->
    Folder = filename:join(Dir, integer_to_list(N)),
    case {file:consult(Folder ++ "/error"), Answer} of
        {{ok, [{error, _, Reason}]}, <<"error: ", Message/binary>>} ->
            same_reason(Reason, Message);
        {{ok, [Error]}, <<"ok">>} ->
            {wrong, io_lib:format("systools refuses what relc accepts: ~tp", [Error])};
        {{error, enoent}, <<"ok">>} ->
            compare_relups(Folder, Scripts);
        {{error, enoent}, _} ->
            {wrong, io_lib:format("relc refuses what systools accepts: ~ts", [Answer])};
        {{error, Why}, _} ->
            {wrong, io_lib:format("unreadable error file: ~tp", [Why])}
    end.

compare_relups(Folder, Scripts) ->
    {ok, Theirs} = file:read_file(Folder ++ "/relup"),
    {ok, Ours} = file:read_file(Folder ++ "/relc"),
    {ok, [Expected]} = file:consult(Folder ++ "/relup"),
    {ok, [Relup]} = file:consult(Folder ++ "/relc"),
    case {Ours =:= Theirs, equivalent(Expected, Relup, Scripts)} of
        {true, ok} -> equal;
        {true, Why} -> {wrong, ["systools' own relup does not pass: ", Why]};
        {false, Why} when Why =/= ok -> {wrong, Why};
        {false, ok} ->
            case lists:all(fun({_, Up, Down}) -> determined(Up) andalso determined(Down) end, Scripts) of
                true -> {wrong, "another order although only one is possible"};
                false -> equivalent
            end
    end.

%%% Equivalence.

equivalent({Vsn, Ups1, Downs1}, {Vsn, Ups2, Downs2}, Scripts) ->
    first([fun() -> entries(up, Ups1, Ups2, [{V, U} || {V, U, _} <- Scripts]) end,
           fun() -> entries(down, Downs1, Downs2, [{V, D} || {V, _, D} <- Scripts]) end]);
equivalent(_, _, _) ->
    "the version differs".

first([]) -> ok;
first([Check | Checks]) ->
    case Check() of
        ok -> first(Checks);
        Why -> Why
    end.

entries(_, [], [], _) -> ok;
entries(Way, [{Vsn, Text, Expected} | Es], [{Vsn, Text, Script} | Ss], Scripts) ->
    Edges = edges(proplists:get_value(Vsn, Scripts)),
    first([fun() -> same_script(Way, Expected, Script, Edges) end,
           fun() -> entries(Way, Es, Ss, Scripts) end]);
entries(Way, _, _, _) ->
    io_lib:format("entries ~p differ", [Way]).

%% [{User, Used}]
edges(Scripts) ->
    [{element(2, I), D} || S <- Scripts, I <- S, is_tuple(I), size(I) > 2, depends(element(1, I)),
                           is_list(element(size(I), I)), D <- element(size(I), I)].

depends(Tag) -> lists:member(Tag, [update, load_module, add_module, delete_module]).

same_script(Way, Expected, Script, Edges) ->
    {Before1, After1} = split(Expected),
    {Before2, After2} = split(Script),
    G = graph(Edges),
    Component = component(G),
    Result = first(
        [fun() -> same("what is read", lists:sort(reads(Before1)), lists:sort(reads(Before2))) end,
         fun() -> same("what else is before", others(Before1), others(Before2)) end,
         fun() -> same("instructions", lists:sort(lists:map(fun content/1, After1)),
                       lists:sort(lists:map(fun content/1, After2))) end,
         fun() -> same("order", lists:map(fun(I) -> shape(I, Component) end, After1),
                       lists:map(fun(I) -> shape(I, Component) end, After2)) end,
         fun() -> allowed(Way, After1, Edges, G, "systools'") end,
         fun() -> allowed(Way, After2, Edges, G, "relc's") end]),
    digraph:delete(G),
    Result.

same(_, Same, Same) -> ok;
same(What, A, B) -> io_lib:format("~s: ~tp against ~tp", [What, A -- B, B -- A]).

split(Script) ->
    {Before, [point_of_no_return | After]} =
        lists:splitwith(fun(I) -> I =/= point_of_no_return end, Script),
    {Before, pairs(After)}.

%% The removal of a module and its purge are one thing.
pairs([{remove, {M, _, _} = R}, {purge, [M]} | Is]) -> [{remove_and_purge, R} | pairs(Is)];
pairs([I | Is]) -> [I | pairs(Is)];
pairs([]) -> [].

reads(Before) -> [{A, V, lists:sort(Ms)} || {load_object_code, {A, V, Ms}} <- Before].

others(Before) -> [I || I <- Before, not (is_tuple(I) andalso element(1, I) =:= load_object_code)].

content({Tag, List}) when Tag =:= suspend; Tag =:= resume -> {Tag, lists:sort(List)};
content({code_change, Way, List}) -> {code_change, Way, lists:sort(List)};
content(I) -> I.

%% The instruction with components in the place of modules.
shape({Tag, {M, _, _}}, Component) when Tag =:= load; Tag =:= remove_and_purge ->
    {replace, Component(M)};
shape({Tag, List}, Component) when Tag =:= suspend; Tag =:= resume ->
    {Tag, [Component(name(M)) || M <- List]};
shape({code_change, Way, List}, Component) ->
    {code_change, Way, [Component(name(M)) || M <- List]};
shape(I, _) -> I.

name({M, _}) -> M;
name(M) -> M.

graph(Edges) ->
    G = digraph:new(),
    lists:foreach(fun({A, B}) ->
                      digraph:add_vertex(G, A),
                      digraph:add_vertex(G, B),
                      digraph:add_edge(G, A, B)
                  end, Edges),
    G.

component(G) ->
    Map = maps:from_list([{M, lists:min(C)} || C <- digraph_utils:components(G), M <- C]),
    fun(M) -> maps:get(M, Map, M) end.

%% Users are suspended and changed before what they use, and resumed after it; code is
%% replaced the other way round on the way up. Rings allow any order.
allowed(Way, After, Edges, G, Whose) ->
    Strict = [{A, B} || {A, B} <- Edges, not lists:member(A, digraph_utils:reachable_neighbours([B], G))],
    Lists = [{element(1, I), lists:map(fun name/1, element(size(I), I)), I}
             || I <- After, is_tuple(I), lists:member(element(1, I), [suspend, resume, code_change])],
    Replaced = [M || {Tag, {M, _, _}} <- After, Tag =:= load orelse Tag =:= remove_and_purge],
    Forward = case Way of up -> lists:reverse(Replaced); down -> Replaced end,
    Orders = [Forward] ++ [case Tag of resume -> lists:reverse(Ms); _ -> Ms end || {Tag, Ms, _} <- Lists],
    Bad = [{A, B} || Order <- Orders, {A, B} <- Strict, lists:member(A, Order), lists:member(B, Order),
                     position(A, Order) > position(B, Order)],
    case Bad of
        [] -> ok;
        _ -> io_lib:format("~s order breaks ~tp", [Whose, hd(Bad)])
    end.

position(M, List) -> length(lists:takewhile(fun(X) -> X =/= M end, List)).

%% True when each component has one topological order only.
determined(Scripts) ->
    G = graph(edges(Scripts)),
    C = digraph_utils:condensation(G),
    Result = lists:all(fun(Part) -> one_order(C, Part) end, digraph_utils:components(C)),
    digraph:delete(G),
    digraph:delete(C),
    Result.

one_order(C, Part) ->
    S = digraph_utils:subgraph(C, Part),
    [digraph:del_edge(S, E) || E <- digraph:edges(S), loop(digraph:edge(S, E))],
    Order = digraph_utils:topsort(S),
    Linked = lists:zip(lists:droplast(Order), tl(Order)),
    Result = lists:all(fun({A, B}) -> lists:member(B, digraph:out_neighbours(S, A)) end, Linked),
    digraph:delete(S),
    Result.

loop({_, A, B, _}) -> A =:= B.

%%% Refusals: a part of relc's message for each of systools' reasons. relc checks all
%%% releases before it makes anything, systools one after the other.

same_reason(Reason, Message) ->
    Expected = ["is not in the release", "has no application sasl" | expected(Reason)],
    case lists:any(fun(E) -> string:find(Message, E) =/= nomatch end, Expected) of
        true -> refused;
        false ->
            {wrong, io_lib:format("~tP: ~ts", [Reason, 12, Message])}
    end.

expected({no_relup, _, _, Vsn}) -> ["has no way up from version " ++ Vsn, "has no way down to version " ++ Vsn];
expected({file_problem, _}) -> ["and no appup"];
expected({undef_module, M}) -> [io_lib:format("depends on '~ts', for which there is no instruction", [M])];
expected({muldef_module, M}) -> [io_lib:format("two instructions for module '~ts'", [M])];
expected({no_such_module, _}) -> ["' is in no application of release"];
expected({no_such_application, A}) -> [io_lib:format("application '~ts' is not in release", [A])];
expected({removed_application_present, A}) -> [io_lib:format("application '~ts' is still in release", [A])];
expected({no_object_code, M}) -> [io_lib:format("module '~ts' is loaded by {load,...} and not read", [M])];
expected({conflicting_versions, A, _, _}) -> [io_lib:format("two versions of application '~ts'", [A])];
expected({suspended_not_resumed, [M | _]}) -> [io_lib:format("module '~ts' is suspended and not resumed", [M])];
expected({resumed_not_suspended, [M | _]}) -> [io_lib:format("module '~ts' is resumed and not suspended", [M])];
expected({start_not_stop, [M | _]}) -> [io_lib:format("module '~ts' is started and not stopped", [M])];
expected({stop_not_start, [M | _]}) -> [io_lib:format("module '~ts' is stopped and not started", [M])];
expected({bad_op_before_point_of_no_return, _}) -> ["may stand before point_of_no_return"];
expected(too_many_point_of_no_return) -> ["more than one point_of_no_return"];
expected({bad_instruction, Letter}) when is_integer(Letter), Letter > 17 -> ["unknown instruction in \""];
expected({bad_instruction, I}) -> [[" in ", one_line(I)]];
expected({not_yet_implemented, mnesia_backup}) -> ["unknown instruction in mnesia_backup"];
expected({function_clause, _}) -> ["must be a list"];
expected({Bad, What}) ->
    case atom_to_list(Bad) of
        "bad_" ++ _ -> [[one_line(What), " must be "], [one_line(What), "] must be "]] ++
                       [[one_line(What), " must be "] || is_list(What)] ++ [" must be a list of "];
        _ -> []
    end;
expected(_) -> [].

one_line(Term) -> io_lib:format("~0tp", [Term]).

%%% A comparison that notices nothing proves nothing: relups with two neighbours exchanged,
%%% or one instruction missing, are to be found different.

self_test(Dir, Cases, Results) ->
    Chosen = [Case || {Case, R} <- lists:zip(Cases, Results), R =:= equal orelse R =:= equivalent],
    Tests = lists:append([spoilt(Dir, Case) || Case <- lists:sublist(Chosen, 150, 200)]),
    {length([x || true <- Tests]), length(Tests)}.

spoilt(Dir, {N, _, Scripts}) ->
    {ok, [{Vsn, [{Base, Text, Script} | Ups], Downs}]} =
        file:consult(filename:join([Dir, integer_to_list(N), "relc"])),
    Good = {Vsn, [{Base, Text, Script} | Ups], Downs},
    Spoil = fun(Other) -> {Vsn, [{Base, Text, Other} | Ups], Downs} end,
    {Base, Used, _} = lists:keyfind(Base, 1, Scripts),
    Edges = edges(Used),
    Exchanged = [Spoil(S) || S <- exchange(Script, Edges)],
    Shorter = [Spoil(lists:droplast(Script)) || lists:last(Script) =/= point_of_no_return],
    [equivalent(Good, Bad, Scripts) =/= ok || Bad <- Exchanged ++ Shorter].

%% Two loads next to each other, the second depending on the first and not the reverse.
exchange([{load, {A, _, _}} = I, {load, {B, _, _}} = J | Is], Edges) ->
    case lists:member({B, A}, Edges) andalso not lists:member({A, B}, Edges) andalso acyclic(Edges) of
        true -> [[J, I | Is]];
        false -> [[I | R] || R <- exchange([J | Is], Edges)]
    end;
exchange([I | Is], Edges) -> [[I | R] || R <- exchange(Is, Edges)];
exchange([], _) -> [].

acyclic(Edges) ->
    G = graph(Edges),
    Result = digraph_utils:is_acyclic(G),
    digraph:delete(G),
    Result.
