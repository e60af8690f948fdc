%% Appups that relup_tool generates for compiled modules, judged by what beam_lib says of
%% the modules, by systools, and by release_handler, which executes some.
%%
%% make(Dir, Pairs, Seed): case N is a folder Dir/N with lib/g-1 and lib/g-2, two versions
%% of an application of modules of all kinds that call each other; lib/live-1 and live-2,
%% lib/protos-1 and -2 are applications to run. Dir/lines has the lines for relup_tool.
%% check(Dir): judges what it made.
-module(appup_oracle).
-export([make/1, check/1]).

make([Dir, Pairs, Seed]) ->
    rand:seed(exsss, list_to_integer(Seed)),
    Lines = [make_pair(filename:join(Dir, integer_to_list(N)))
             || N <- lists:seq(1, list_to_integer(Pairs))],
    Lib = filename:join(Dir, "lib"),
    [compile_app(Lib, live, V, live(V)) || V <- ["1", "2"]],
    [compile_app(Lib, protos, V, protos(V)) || V <- ["1", "2"]],
    Own = [["appup live ", Lib, "/live-1 ", Lib, "/live-2 -\n"],
           ["protocols protos 1 ", Lib, "/protos-1 2 ", Lib, "/protos-2\n"]],
    ok = file:write_file(filename:join(Dir, "lines"), [Lines | Own]),
    halt(0).

%%% Two versions of an application: each module stays, is compiled again with other lines,
%%% changes its code or its attributes or its kind, comes or goes.

make_pair(Dir) ->
    Lib = filename:join(Dir, "lib"),
    Names = [name(I) || I <- lists:seq(1, 2 + rand:uniform(7))],
    Old = maps:from_list([{M, random_module(M, Names)} || M <- Names, rand:uniform(6) > 1]),
    New = maps:from_list([{M, next(M, maps:get(M, Old, none), Names)}
                          || M <- Names, rand:uniform(6) > 1]),
    compile_app(Lib, g, "1", sources(Old)),
    compile_app(Lib, g, "2", sources(New)),
    Left = case rand:uniform(3) of 1 -> atom_to_list(hd(Names)); _ -> "-" end,
    ok = file:write_file(filename:join(Dir, "left"), Left),
    io_lib:format("appup g ~ts/g-1 ~ts/g-2 ~ts~n", [Lib, Lib, Left]).

name(I) -> list_to_atom("g_m" ++ integer_to_list(I)).

random_module(M, Names) ->
    #{kind => one_of([plain, plain, gen_server, bare_server, gen_statem, special, supervisor,
                      elixir_supervisor, dynamic_supervisor, bridge]),
      calls => [N || N <- Names -- [M], rand:uniform(4) =:= 1],
      value => rand:uniform(1000), lines => 0, author => nobody}.

next(M, none, Names) -> random_module(M, Names);
next(M, Old, Names) ->
    case rand:uniform(7) of
        1 -> Old;
        2 -> Old#{lines := 3};
        3 -> Old#{author := somebody};
        4 -> random_module(M, Names);
        5 -> Old#{calls := [N || N <- Names -- [M], rand:uniform(4) =:= 1]};
        _ -> Old#{value := rand:uniform(1000)}
    end.

sources(Modules) -> [{M, source(M, Spec)} || {M, Spec} <- maps:to_list(Modules)].

source(M, #{kind := Kind, calls := Calls, value := Value, lines := Lines, author := Author}) ->
    io_lib:format("-module(~s).~n-author(~s).~n~s~ts-compile(nowarn_undefined_function).~n"
                  "-export([f/0, g/1]).~nf() -> {~b, fun(X) -> X + ~b end}.~n"
                  "g(X) -> [X~s].~n~ts",
                  [M, Author, lists:duplicate(Lines, $\n), head(Kind), Value, Value,
                   [io_lib:format(", ~s:f()", [C]) || C <- Calls], body(Kind)]).

head(plain) -> "";
head(gen_server) -> "-behaviour(gen_server).\n-export([code_change/3]).\n";
head(bare_server) -> "-behaviour(gen_server).\n";
head(gen_statem) -> "-behavior(gen_statem).\n-export([code_change/4]).\n";
head(special) -> "-export([system_code_change/4]).\n";
head(supervisor) -> "-behaviour(supervisor).\n-export([code_change/3]).\n";
head(elixir_supervisor) -> "-behaviour('Elixir.Supervisor').\n";
head(dynamic_supervisor) -> "-behaviour('Elixir.DynamicSupervisor').\n";
head(bridge) -> "-behaviour(supervisor_bridge).\n".

body(Kind) when Kind =:= gen_server; Kind =:= supervisor -> "code_change(_, S, _) -> {ok, S}.\n";
body(gen_statem) -> "code_change(_, S, D, _) -> {ok, S, D}.\n";
body(special) -> "system_code_change(S, _, _, _) -> {ok, S}.\n";
body(_) -> "".

compile_app(Lib, App, Vsn, Sources) ->
    Dir = filename:join([Lib, atom_to_list(App) ++ "-" ++ Vsn]),
    ok = filelib:ensure_dir(Dir ++ "/ebin/x"),
    lists:foreach(fun({M, Text}) -> compile_one(Dir, M, Text) end, Sources),
    Modules = case App of protos -> []; _ -> [M || {M, _} <- Sources] end,
    Keys = [{description, ""}, {vsn, Vsn}, {modules, Modules}, {registered, []},
            {applications, [kernel, stdlib]} | [{mod, {live_app, []}} || App =:= live]],
    Text = io_lib:format("~tp.~n", [{application, App, Keys}]),
    ok = file:write_file(filename:join([Dir, "ebin", atom_to_list(App) ++ ".app"]), Text).

compile_one(Dir, M, Text) ->
    File = filename:join(Dir, atom_to_list(M) ++ ".erl"),
    ok = file:write_file(File, Text),
    {ok, M} = compile:file(File, [debug_info, {outdir, filename:join(Dir, "ebin")}]).

%%% An application to run. The server's state changes its shape; the supervisor's init
%%% needs a module that changes as well; one module comes, one goes, two call each other.

live(Vsn) ->
    [{live_app, "-module(live_app).\n-behaviour(application).\n-export([start/2, stop/1]).\n"
                "start(_, _) -> live_sup:start_link().\nstop(_) -> ok.\n"},
     {live_sup, "-module(live_sup).\n-behaviour(supervisor).\n-export([start_link/0, init/1]).\n"
                "start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).\n"
                "init([]) -> {ok, {#{}, live_children:" ++ children(Vsn) ++ "}}.\n"},
     {live_children, "-module(live_children).\n-export([" ++
                     case Vsn of "1" -> "one/0"; _ -> "two/1" end ++ "]).\n" ++
                     case Vsn of "1" -> "one()"; _ -> "two(x)" end ++
                     " -> [#{id => I, shutdown => " ++ Vsn ++ "000, start => {live_server, start_link, [I]}} || I <- [live_server" ++
                     case Vsn of "1" -> ""; _ -> ", second" end ++ "]].\n"},
     {live_server, server(Vsn)},
     {live_ping, "-module(live_ping).\n-export([go/1]).\ngo(0) -> " ++ Vsn ++
                 ";\ngo(N) -> live_pong:go(N - 1).\n"},
     {live_pong, "-module(live_pong).\n-export([go/1]).\ngo(0) -> " ++ Vsn ++
                 ";\ngo(N) -> live_ping:go(N - 1).\n"} |
     case Vsn of
         "1" -> [{live_old, "-module(live_old).\n-export([same/1]).\nsame(N) -> N.\n"}];
         "2" -> [{live_new, "-module(live_new).\n-export([same/1]).\nsame(N) -> N.\n"}]
     end].

children("1") -> "one()";
children("2") -> "two(x)".

server(Vsn) ->
    {State, Use, Change} =
        case Vsn of
            "1" -> {"N", "live_old", "code_change(_, S, _) -> {error, {never_called, S}}.\n"};
            "2" -> {"{state, N}", "live_new",
                    "code_change({down, _}, {state, N}, _) -> {ok, N};\n"
                    "code_change(_, N, _) -> {ok, {state, N}}.\n"}
        end,
    "-module(live_server).\n-behaviour(gen_server).\n-vsn(\"" ++ Vsn ++ "\").\n"
    "-export([start_link/1, next/0, init/1, handle_call/3, handle_cast/2, code_change/3]).\n"
    "start_link(Name) -> gen_server:start_link({local, Name}, ?MODULE, [], []).\n"
    "next() -> gen_server:call(live_server, next, infinity).\n"
    "init([]) -> N = 1, {ok, " ++ State ++ "}.\n"
    "handle_call(next, _, " ++ State ++ ") -> {reply, {" ++ Vsn ++ ", " ++ Use ++ ":same(N)}, "
    "begin M = N + 1, " ++ re:replace(State, "N", "M", [{return, list}]) ++ " end}.\n"
    "handle_cast(_, S) -> {noreply, S}.\n" ++ Change.

%% p_same stays, p_changed changes, p_old goes, p_new comes.
protos(Vsn) ->
    [{p_same, "-module(p_same).\n-export([v/0]).\nv() -> same.\n"},
     {p_changed, "-module(p_changed).\n-export([v/0]).\nv() -> " ++ Vsn ++ ".\n"},
     {case Vsn of "1" -> p_old; "2" -> p_new end,
      ["-module(", case Vsn of "1" -> "p_old"; "2" -> "p_new" end, ").\n-export([v/0]).\nv() -> x.\n"]}].

one_of(List) -> lists:nth(rand:uniform(length(List)), List).

%%% Checks.

check([Dir]) ->
    {ok, Text} = file:read_file(Dir ++ "/answers"),
    Answers = string:split(string:trim(Text), "\n", all),
    [error({N, A}) || {N, A} <- lists:zip(lists:seq(1, length(Answers)), Answers), A =/= <<"ok">>],
    Pairs = length(Answers) - 2,
    Counts = [check_pair(filename:join(Dir, integer_to_list(N))) || N <- lists:seq(1, Pairs)],
    Lib = filename:join(Dir, "lib"),
    Calls = run_live(Lib),
    run_protos(Lib),
    {Instructions, Edges} = lists:unzip(Counts),
    io:format("appups: ~b pairs of versions, ~b instructions, ~b dependencies kept; one executed "
              "up and down during ~b calls; protocols exchanged~n",
              [Pairs, lists:sum(Instructions), lists:sum(Edges), Calls]),
    true = lists:sum(Edges) > 0,
    halt(0).

check_pair(Dir) ->
    Old = infos(Dir ++ "/lib/g-1/ebin"),
    New = infos(Dir ++ "/lib/g-2/ebin"),
    {ok, Left} = file:read_file(Dir ++ "/left"),
    Names = lists:usort(maps:keys(Old) ++ maps:keys(New)) -- [binary_to_atom(Left)],
    Kinds = [{M, K} || M <- Names, K <- kind(maps:get(M, Old, none), maps:get(M, New, none))],
    {ok, [{"2", [{"1", Up}], [{"1", Down}]}]} = file:consult(Dir ++ "/lib/g-2/ebin/g.appup"),
    same(Dir, Kinds, lists:sort(lists:map(fun written/1, Up))),
    same(Dir, [{M, mirror(K)} || {M, K} <- Kinds], lists:sort(lists:map(fun written/1, Down))),
    {LowUp, LowDown} = make_relup(Dir),
    {length(Kinds), check_order(Dir, up, Kinds, Old, New, LowUp) +
                    check_order(Dir, down, Kinds, Old, New, LowDown)}.

same(_, Same, Same) -> ok;
same(Where, A, B) -> error({Where, A -- B, B -- A}).

infos(Ebin) -> maps:from_list([info(F) || F <- filelib:wildcard(Ebin ++ "/*.beam")]).

info(File) ->
    {ok, {M, Md5}} = beam_lib:md5(File),
    {ok, {M, [{attributes, As}, {exports, Es}, {imports, Is}]}} =
        beam_lib:chunks(File, [attributes, exports, imports]),
    {M, #{code => {Md5, As}, exports => Es, calls => lists:usort([C || {C, _, _} <- Is]) -- [M],
          behaviours => [B || {K, Bs} <- As, K =:= behaviour orelse K =:= behavior, B <- Bs]}}.

kind(none, none) -> [];
kind(none, _) -> [add];
kind(_, none) -> [delete];
kind(#{code := Same}, #{code := Same}) -> [];
kind(_, #{exports := Es, behaviours := Bs}) ->
    Supervisor = lists:any(fun(B) -> lists:member(B, Bs) end,
                           [supervisor, 'Elixir.Supervisor', 'Elixir.DynamicSupervisor']),
    Change = lists:any(fun(F) -> lists:member(F, Es) end,
                       [{code_change, 3}, {code_change, 4}, {system_code_change, 4}]),
    [if Supervisor -> supervisor; Change -> advanced; true -> load end].

mirror(add) -> delete;
mirror(delete) -> add;
mirror(Kind) -> Kind.

written(I) when element(1, I) =:= add_module -> {element(2, I), add};
written(I) when element(1, I) =:= delete_module -> {element(2, I), delete};
written(I) when element(1, I) =:= load_module -> {element(2, I), load};
written({update, M, supervisor}) -> {M, supervisor};
written({update, M, static, default, {advanced, []}, brutal_purge, brutal_purge, [_ | _]}) -> {M, supervisor};
written({update, M, {advanced, []}}) -> {M, advanced};
written({update, M, {advanced, []}, [_ | _]}) -> {M, advanced}.

make_relup(Dir) ->
    Erts = erlang:system_info(version),
    _ = application:load(sasl),
    Stems = [begin
         Stem = Dir ++ "/r" ++ V,
         Apps = [{A, element(2, application:get_key(A, vsn))} || A <- [kernel, stdlib, sasl]],
         Rel = {release, {"r", V}, {erts, Erts}, Apps ++ [{g, V}]},
         ok = file:write_file(Stem ++ ".rel", io_lib:format("~p.~n", [Rel])),
         Stem
     end || V <- ["1", "2"]],
    [Base, Top] = Stems,
    {ok, {"2", [{"1", [], Up}], [{"1", [], Down}]}, _, []} =
        systools:make_relup(Top, [Base], [Base], [silent, noexec, {path, [Dir ++ "/lib/*/ebin"]}]),
    {Up, Down}.

%% When a module is replaced: up, what it calls is there in its new version; down, nothing
%% that it calls has gone back. Modules that went are there as long as their callers.
check_order(Dir, Way, Kinds, Old, New, Script) ->
    Position = fun(M) -> position(M, Script, 1) end,
    Calls = [{M, D} || {M, K} <- Kinds, K =/= delete, D <- maps:get(calls, maps:get(M, New)),
                       kept(D, Kinds)],
    Gone = [{D, M} || {M, K} <- Kinds, K =/= add, D <- maps:get(calls, maps:get(M, Old)),
                      lists:member({D, delete}, Kinds)],
    G = digraph:new(),
    [digraph:add_vertex(G, M) || {M, _} <- Kinds],
    [digraph:add_edge(G, A, B) || {A, B} <- Calls ++ Gone],
    Strict = [E || {A, B} = E <- Calls ++ Gone,
                   not lists:member(A, digraph_utils:reachable_neighbours([B], G))],
    digraph:delete(G),
    [error({Dir, Way, A, B}) || {A, B} <- Strict, (Position(A) > Position(B)) =/= (Way =:= up)],
    length(Strict).

kept(M, Kinds) -> lists:any(fun({N, K}) -> N =:= M andalso K =/= delete end, Kinds).

position(M, [{Tag, {M, _, _}} | _], N) when Tag =:= load; Tag =:= remove -> N;
position(M, [_ | Is], N) -> position(M, Is, N + 1).

%%% Execution.

run_live(Lib) ->
    Dir1 = Lib ++ "/live-1",
    Dir2 = Lib ++ "/live-2",
    true = code:add_patha(Dir1 ++ "/ebin"),
    ok = application:start(sasl),
    ok = application:start(live),
    {1, 1} = live_server:next(),
    1 = live_ping:go(3),
    Pid = whereis(live_server),
    Client = spawn_link(fun() -> client(0) end),
    {ok, []} = release_handler:upgrade_app(live, Dir2),
    {2, N} = live_server:next(),
    true = N > 1,
    2 = live_ping:go(3),
    2 = live_pong:go(4),
    {ok, #{shutdown := 2000}} = supervisor:get_childspec(live_sup, live_server),
    {ok, _} = supervisor:get_childspec(live_sup, second),
    false = code:is_loaded(live_old),
    {file, _} = code:is_loaded(live_new),
    {ok, []} = release_handler:downgrade_app(live, "1", Dir1),
    {1, M} = live_server:next(),
    true = M > N,
    1 = live_pong:go(3),
    {ok, #{shutdown := 1000}} = supervisor:get_childspec(live_sup, live_server),
    false = code:is_loaded(live_new),
    {file, _} = code:is_loaded(live_old),
    Pid = whereis(live_server),
    Client ! {stop, self()},
    receive {calls, Calls} -> Calls end.

%% Calls without pause; none may fail.
client(Count) ->
    {_, _} = live_server:next(),
    receive {stop, From} -> From ! {calls, Count}
    after 0 -> client(Count + 1)
    end.

run_protos(Lib) ->
    Dir = fun(V) -> Lib ++ "/protos-" ++ V end,
    true = code:add_patha(Dir("1") ++ "/ebin"),
    ok = application:start(protos),
    {same, 1, x} = {p_same:v(), p_changed:v(), p_old:v()},
    {ok, []} = release_handler:upgrade_app(protos, Dir("2")),
    {same, 2} = {p_same:v(), p_changed:v()},
    false = code:is_loaded(p_old),
    {file, New} = code:is_loaded(p_new),
    true = lists:prefix(Dir("2"), New),
    {ok, []} = release_handler:downgrade_app(protos, "1", Dir("1")),
    {same, 1} = {p_same:v(), p_changed:v()},
    {file, _} = code:is_loaded(p_old),
    false = code:is_loaded(p_new).
