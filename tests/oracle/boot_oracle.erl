%% Makes releases of many kinds and lets systools write their boot scripts.
%%
%% main(Dir, Sets, Seed): below Dir, case N is a folder N with x.rel, and, when systools
%% accepts it, x.script and x.boot; else x.error. Dir/cases has a line per case for
%% boot_tool: REL STEM LIB-DIR... The kinds: every application of this Erlang's lib/ with
%% all that it needs, in several orders; ejabberd; Sets random sets of applications.
-module(boot_oracle).
-export([main/1]).

main([Dir, Sets, Seed]) ->
    rand:seed(exsss, list_to_integer(Seed)),
    {ok, Cases} = file:open(filename:join(Dir, "cases"), [write]),
    Real = real_cases(),
    Random = lists:map(fun(N) -> {random, N} end, lists:seq(1, list_to_integer(Sets))),
    lists:foldl(fun(Case, N) -> one(Dir, Cases, Case, N), N + 1 end, 1, Real ++ Random),
    file:close(Cases),
    io:format("~b releases of real applications, ~b random sets~n",
              [length(Real), length(Random)]),
    halt(0).

one(Dir, Cases, Case, N) ->
    Folder = filename:join(Dir, integer_to_list(N)),
    ok = file:make_dir(Folder),
    {Apps, Libs} = release(Case, Folder),
    Rel = {release, {"x", "1.0"}, {erts, erlang:system_info(version)}, Apps},
    Stem = filename:join(Folder, "x"),
    ok = write_term(Stem ++ ".rel", Rel),
    Ebins = lists:append([[L ++ "/*/ebin", L ++ "/ebin"] || L <- Libs]),
    ok = make(Folder, Stem, Ebins),
    io:format(Cases, "~ts~n", [lists:join(" ", [Stem ++ ".rel", Stem ++ ".relc" | Libs])]).

write_term(File, Term) ->
    Text = io_lib:format("%% coding: utf-8~n~tp.~n", [Term]),
    file:write_file(File, unicode:characters_to_binary(Text)).

%% systools does not end on some rings of included applications.
make(_Folder, Stem, Ebins) ->
    {Pid, Ref} = spawn_monitor(fun() ->
        exit(systools:make_script(Stem, [silent, {path, Ebins}]))
    end),
    receive
        {'DOWN', Ref, process, Pid, {ok, _, _}} ->
            ok;
        {'DOWN', Ref, process, Pid, Why} ->
            file:write_file(Stem ++ ".error", io_lib:format("~tp~n", [Why]))
    after 5000 ->
        exit(Pid, kill),
        file:write_file(Stem ++ ".error", "systools does not end\n")
    end.

%%% Real applications.

real_cases() ->
    Names = [app_name(F) || F <- filelib:wildcard(code:lib_dir() ++ "/*/ebin/*.app")],
    [{real, [N], Order} || N <- Names, N =/= kernel, N =/= stdlib,
                           Order <- [dependency, reverse, alphabet, random]] ++
    [{real, Names, Order} || Order <- [dependency, reverse, alphabet, random]] ++
    [{ejabberd, Order} || ejabberd_dir() =/= [],
                          Order <- [dependency, reverse, alphabet, random]].

app_name(File) -> list_to_atom(filename:basename(File, ".app")).

ejabberd_dir() -> filelib:wildcard("/usr/lib/*/ejabberd-[0-9]*-[0-9]*").

release({real, Names, Order}, _) ->
    {entries(order(Order, closure(Names))), []};
release({ejabberd, Order}, _) ->
    [Dir | _] = ejabberd_dir(),
    code:add_pathz(Dir ++ "/ebin"),
    {entries(order(Order, closure([ejabberd]))), [Dir]};
release({random, _}, Folder) ->
    random_set(Folder).

%% Depth first, dependencies before those that need them.
closure(Names) ->
    lists:reverse(lists:foldl(fun visit/2, [], [kernel, stdlib, sasl | Names])).

visit(Name, Seen) ->
    case lists:member(Name, Seen) of
        true -> Seen;
        false ->
            case application:load(Name) of
                ok -> ok;
                {error, {already_loaded, _}} -> ok;
                {error, Why} -> throw({Name, Why})
            end,
            {ok, Uses} = application:get_key(Name, applications),
            {ok, Incs} = application:get_key(Name, included_applications),
            Optional = case application:get_key(Name, optional_applications) of
                           {ok, O} -> O;
                           undefined -> []
                       end,
            Needs = [N || N <- Uses ++ Incs,
                          not lists:member(N, Optional) orelse code:lib_dir(N) =/= {error, bad_name}],
            [Name | lists:foldl(fun visit/2, Seen, Needs)]
    end.

order(dependency, L) -> L;
order(reverse, L) -> lists:reverse(L);
order(alphabet, L) -> lists:sort(L);
order(random, L) -> shuffle(L).

shuffle(L) -> [X || {_, X} <- lists:sort([{rand:uniform(), X} || X <- L])].

entries(Names) -> [{N, vsn(N)} || N <- Names].

vsn(Name) ->
    {ok, Vsn} = application:get_key(Name, vsn),
    Vsn.

%%% Random sets: included and optional applications, start types, cycles, wrong files.

random_set(Folder) ->
    Lib = filename:join(Folder, "lib"),
    Names = [list_to_atom("a" ++ integer_to_list(I)) || I <- lists:seq(1, 2 + rand:uniform(9))],
    Acyclic = rand:uniform(3) > 1,
    Included = spread_included(Names, Acyclic),
    Apps = [random_app(Lib, Name, Names, Included, Acyclic) || Name <- Names],
    Present = [A || A <- Apps, rand:uniform(60) > 1],
    Otp = [{kernel, vsn(kernel)}, {stdlib, vsn(stdlib)}] ++
          [{sasl, vsn(sasl)} || rand:uniform(2) > 1],
    {shuffle_some(Otp ++ Present), [Lib]}.

shuffle_some(L) ->
    case rand:uniform(3) of
        1 -> L;
        _ -> shuffle(L)
    end.

%% Which application includes which: [{Included, By}]; seldom one twice or in a ring.
spread_included(Names, Acyclic) ->
    lists:append(
        [case rand:uniform(4) of
             1 ->
                 By = [B || B <- Names, B =/= Name, not Acyclic orelse B < Name],
                 Count = case rand:uniform(30) of 1 -> 2; _ -> 1 end,
                 [{Name, B} || B <- lists:sublist(shuffle(By), Count)];
             _ -> []
         end || Name <- Names]).

random_app(Lib, Name, Names, Included, Acyclic) ->
    Vsn = integer_to_list(rand:uniform(3)) ++ "." ++ integer_to_list(rand:uniform(12)),
    Incs = [I || {I, By} <- Included, By =:= Name],
    Others = [N || N <- Names, N =/= Name, not Acyclic orelse N < Name,
                   not lists:member(N, Incs) orelse rand:uniform(10) =:= 1],
    Uses = lists:sublist(shuffle(Others), rand:uniform(4) - 1) ++
           [kernel || rand:uniform(5) > 1] ++ [stdlib || rand:uniform(5) > 1] ++
           [absent || rand:uniform(60) =:= 1] ++ [Name || rand:uniform(200) =:= 1],
    Optional = [U || U <- Uses, rand:uniform(4) =:= 1] ++ [absent || rand:uniform(9) =:= 1],
    Uses1 = case lists:member(absent, Optional) andalso rand:uniform(2) =:= 1 of
                true -> [absent | Uses -- [absent]];
                false -> Uses
            end,
    Keys = shuffle(random_keys(Name, Vsn, Incs, Uses1, Optional)),
    Dir = filename:join([Lib, atom_to_list(Name) ++ "-" ++ Vsn, "ebin"]),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    ok = write_term(filename:join(Dir, atom_to_list(Name) ++ ".app"),
                    {application, Name, Keys}),
    rel_entry(Name, Vsn, Incs).

rel_entry(Name, Vsn0, Incs) ->
    Vsn = case rand:uniform(150) of 1 -> "9.9"; _ -> Vsn0 end,
    Type = lists:nth(rand:uniform(5), [permanent, transient, temporary, load, none]),
    case rand:uniform(90) of
        N when N > 4, N < 25 -> {Name, Vsn, Type};
        1 -> {Name, Vsn, Type};
        2 -> {Name, Vsn, Type, lists:sublist(Incs, rand:uniform(3) - 1)};
        3 -> {Name, Vsn, lists:sublist(Incs, rand:uniform(3) - 1)};
        4 -> {Name, Vsn, Type, [absent | Incs]};
        _ -> {Name, Vsn}
    end.

random_keys(Name, Vsn, Incs, Uses, Optional) ->
    Mod = fun(I) -> list_to_atom(atom_to_list(Name) ++ "_m" ++ integer_to_list(I)) end,
    Modules = shuffle([Mod(I) || I <- lists:seq(1, rand:uniform(5) - 1)]) ++
              [shared_module || rand:uniform(60) =:= 1] ++ [lists || rand:uniform(150) =:= 1],
    [{description, lists:nth(rand:uniform(4), ["", "An application", "größe \"q\"", "日本"])},
     {vsn, Vsn},
     {modules, repeat(500, Modules)},
     {registered, [Name || rand:uniform(2) =:= 1] ++ [twice || rand:uniform(60) =:= 1]},
     {applications, repeat(400, Uses)}] ++
    [{optional_applications, repeat(200, Optional)} || Optional =/= [] orelse rand:uniform(5) =:= 1] ++
    [{included_applications, repeat(200, Incs)} || Incs =/= [] orelse rand:uniform(3) =:= 1] ++
    some(4, {env, [{key, "value"}, {deep, {a, [1, 2.5, <<"bin">>], #{b => 1}}},
                   {long, lists:seq(1, 40)}, {'Odd key', 'ütf'}]}) ++
    some(3, {mod, {Mod(1), []}}) ++
    some(8, {mod, []}) ++
    some(9, {id, "ID"}) ++
    some(9, {maxT, rand:uniform(100)}) ++
    some(9, {maxP, infinity}) ++
    some(9, {start_phases, [{init, []}, {go, [x]}]}) ++
    some(5, {compile_env, [{x, [y], error}]}) ++
    some(250, {maxP, -1}) ++
    some(250, {env, [not_a_pair]}) ++
    some(250, {mod, wrong}) ++
    some(250, {registered, ["text"]}).

%% Seldom a name twice in a list, which OTP refuses from 26 on.
repeat(N, [First | _] = List) ->
    case rand:uniform(N) of
        1 -> List ++ [First];
        _ -> List
    end;
repeat(_, []) ->
    [].

some(N, Key) -> [Key || rand:uniform(N) =:= 1].
