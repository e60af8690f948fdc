%% Makes releases to upgrade between and lets systools write their relups.
%%
%% main(Dir, Pairs, Seed): below Dir, case N is a folder N with .rel files, lib/, and
%% relup, or error when systools refuses. Dir/cases has a line per case for relup_tool,
%% Dir/cases.terms what relup_compare wants to know of each. The kinds: an upgrade by each
%% entry of each appup of this Erlang's applications; Pairs random upgrades.
-module(relup_oracle).
-export([main/1]).

main([Dir, Pairs, Seed]) ->
    rand:seed(exsss, list_to_integer(Seed)),
    {ok, Cases} = file:open(filename:join(Dir, "cases"), [write, {encoding, utf8}]),
    {ok, Terms} = file:open(filename:join(Dir, "cases.terms"), [write, {encoding, utf8}]),
    Real = real_cases(),
    Random = [random || _ <- lists:seq(1, list_to_integer(Pairs))],
    lists:foldl(fun(Case, N) -> one(Dir, Cases, Terms, Case, N), N + 1 end, 1, Real ++ Random),
    file:close(Cases),
    file:close(Terms),
    io:format("~b entries of real appups, ~s random upgrades~n", [length(Real), Pairs]),
    halt(0).

one(Dir, Cases, Terms, Case, N) ->
    Folder = filename:join(Dir, integer_to_list(N)),
    Lib = filename:join(Folder, "lib"),
    ok = filelib:ensure_dir(filename:join(Lib, "x")),
    #{top := Top, bases := Bases, scripts := Scripts} = Set = set(Case, Lib),
    Restart = maps:get(restart, Set, false),
    TopStem = write_rel(Folder, Top),
    Stems = [{write_rel(Folder, Base), Text} || {Base, Text} <- Bases],
    Named = [case T of none -> S; _ -> {S, T} end || {S, T} <- Stems],
    Options = [restart_emulator || Restart] ++
              [silent, {path, [Lib ++ "/*/ebin"]}, {outdir, Folder}],
    case systools:make_relup(TopStem, Named, Named, Options) of
        {ok, _, _, _} -> ok;
        {error, Module, {function_clause, _}} ->
            write_term(Folder ++ "/error", {error, Module, {function_clause, stack}});
        Why ->
            write_term(Folder ++ "/error", Why)
    end,
    Words = ["relup", Folder ++ "/relc", case Restart of true -> "restart"; _ -> "-" end,
             Lib, TopStem ++ ".rel"] ++
            [case T of none -> S ++ ".rel"; _ -> [S, ".rel=", T] end || {S, T} <- Stems],
    io:format(Cases, "~ts~n", [lists:join(" ", Words)]),
    io:format(Terms, "~tp.~n", [{N, maps:get(kind, Set), Scripts}]).

write_rel(Folder, {Name, Vsn, Erts, Apps}) ->
    Stem = filename:join(Folder, Name),
    write_term(Stem ++ ".rel", {release, {"x", Vsn}, {erts, Erts}, Apps}),
    Stem.

write_term(File, Term) ->
    Text = io_lib:format("%% coding: utf-8~n~tp.~n", [Term]),
    ok = file:write_file(File, unicode:characters_to_binary(Text)).

%%% Real appups: for each entry a version that it is for.

real_cases() ->
    lists:append([entries(F) || F <- filelib:wildcard(code:lib_dir() ++ "/*/ebin/*.appup")]).

entries(File) ->
    App = list_to_atom(filename:basename(File, ".appup")),
    {ok, [{_, Ups, _}]} = file:consult(File),
    [{real, App, Vsn} || Vsn <- lists:usort([sample(V) || {V, _} <- Ups]), Vsn =/= vsn(App)].

sample(Vsn) when is_list(Vsn) -> Vsn;
sample(Regex) ->
    Rules = [{"^\\^|\\$$", ""}, {"\\(\\?:\\\\\\.\\[0-9\\]\\+\\)\\*", ""},
             {"\\(\\?:\\\\\\.\\[0-9\\]\\+\\)\\+", ".77"}, {"\\\\\\.\\.\\*", ".7"},
             {"\\.\\*", "7"}, {"\\\\", ""}],
    lists:foldl(fun({From, To}, Text) ->
                    re:replace(Text, From, To, [global, {return, list}])
                end, binary_to_list(Regex), Rules).

vsn(App) ->
    _ = application:load(App),
    {ok, Vsn} = application:get_key(App, vsn),
    Vsn.

%% A version before of one application, with the .app file of today's.
set({real, App, Vsn}, Lib) ->
    File = code:lib_dir(App) ++ "/ebin/" ++ atom_to_list(App) ++ ".app",
    {ok, [{application, App, Keys}]} = file:consult(File),
    Dir = filename:join([Lib, atom_to_list(App) ++ "-" ++ Vsn, "ebin"]),
    ok = filelib:ensure_dir(Dir ++ "/x"),
    write_term(Dir ++ "/" ++ atom_to_list(App) ++ ".app",
               {application, App, lists:keyreplace(vsn, 1, Keys, {vsn, Vsn})}),
    Names = closure([App]),
    Erts = erlang:system_info(version),
    Top = [{N, vsn(N)} || N <- Names],
    Base = lists:keyreplace(App, 1, Top, {App, Vsn}),
    {ok, [{_, Ups, Downs}]} = file:consult(filename:rootname(File) ++ ".appup"),
    Find = fun(Entries) ->
               case systools_relup:appup_search_for_version(Vsn, Entries) of
                   {ok, S} -> [S];
                   error -> []
               end
           end,
    #{kind => {real, App, Vsn}, top => {"top", "2", Erts, Top},
      bases => [{{"base", "1", Erts, Base}, none}],
      scripts => [{"1", Find(Ups), Find(Downs)}]};

set(random, Lib) ->
    random_set(Lib).

%% Depth first, dependencies before those that need them.
closure(Names) ->
    lists:reverse(lists:foldl(fun visit/2, [], [kernel, stdlib, sasl | Names])).

visit(Name, Seen) ->
    case lists:member(Name, Seen) of
        true -> Seen;
        false ->
            _ = application:load(Name),
            {ok, Uses} = application:get_key(Name, applications),
            {ok, Incs} = application:get_key(Name, included_applications),
            [Name | lists:foldl(fun visit/2, Seen, Uses ++ Incs)]
    end.

%%% Random upgrades: one to three base releases, one to five applications of changing
%%% modules, of which some come and go; two of Erlang's that come and go as well.

random_set(Lib) ->
    put(fault, rand:uniform(6) =:= 1),
    Names = [list_to_atom("a" ++ integer_to_list(I)) || I <- lists:seq(1, rand:uniform(5))],
    Vsns = lists:sublist(["1", "1.1", "0.9-rc.1"], one_of([1, 1, 2, 3])),
    Top = release("top", "2", Names, "2." ++ integer_to_list(rand:uniform(3))),
    Bases = [release("base" ++ V, V, Names, V) || V <- Vsns],
    Every = lists:usort([{N, V} || {_, _, _, Apps, _} <- [Top | Bases], {N, V} <- Apps]),
    Uses = maps:from_list([{N, uses(N, Names)} || N <- Names]),
    Files = maps:from_list([{{N, V}, modules(N)} || {N, V} <- Every]),
    [write_app(Lib, N, V, Modules, Uses) || {{N, V}, Modules} <- maps:to_list(Files)],
    Scripts = appups(Lib, Top, Bases, Files),
    #{kind => random, top => rel(Top),
      bases => [{rel(B), one_of([none, none, "descr", "x"])} || B <- Bases],
      scripts => Scripts, restart => rand:uniform(6) =:= 1}.

%% {File, Vsn, Erts, [{Name, Vsn}], Others}; the version of an application that did not
%% change is top's.
release(File, Vsn, Names, AppVsn) ->
    Apps = [{N, one_of([AppVsn, AppVsn, "2.1"])} || N <- Names, rand:uniform(6) > 1],
    Otp = [kernel, stdlib] ++ [sasl || not fault(8)] ++
          [N || N <- [tools, xmerl, runtime_tools], rand:uniform(6) =:= 1],
    Erts = case rand:uniform(9) of 1 -> "5.0"; _ -> erlang:system_info(version) end,
    {File, Vsn, Erts, Apps, [{N, vsn(N)} || N <- Otp]}.

rel({File, Vsn, Erts, Apps, Otp}) ->
    Typed = [case rand:uniform(3) of
                 1 -> {N, V, one_of([permanent, transient, temporary, load, none])};
                 _ -> {N, V}
             end || {N, V} <- Apps],
    {File, Vsn, Erts, Otp ++ shuffle(Typed)}.

uses(Name, Names) ->
    [kernel, stdlib] ++ [N || N <- Names, N < Name, rand:uniform(12) =:= 1].

modules(Name) ->
    [module(Name, I) || I <- shuffle(lists:seq(1, 8)), rand:uniform(4) > 1].

module(Name, I) -> list_to_atom(atom_to_list(Name) ++ "_m" ++ integer_to_list(I)).

write_app(Lib, Name, Vsn, Modules, Uses) ->
    Dir = ebin(Lib, Name, Vsn),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    write_term(filename:join(Dir, atom_to_list(Name) ++ ".app"),
               {application, Name, [{description, ""}, {vsn, Vsn}, {modules, Modules},
                                    {registered, []}, {applications, maps:get(Name, Uses)}]}).

ebin(Lib, Name, Vsn) -> filename:join([Lib, atom_to_list(Name) ++ "-" ++ Vsn, "ebin"]).

%% Writes the appups of all that changed; returns the scripts of each way.
appups(Lib, {_, _, _, TopApps, _}, Bases, Files) ->
    put(foreign, []),
    Appups = [appup(N, V, lists:usort([B || {_, _, _, Apps, _} <- Bases,
                                            {M, B} <- Apps, M =:= N, B =/= V]), Files)
              || {N, V} <- TopApps],
    lists:foreach(fun(none) -> ok;
                     ({N, V, Term}) ->
                         write_term(filename:join(ebin(Lib, N, V), atom_to_list(N) ++ ".appup"),
                                    Term)
                  end, Appups),
    [{Vsn, scripts(Apps, Appups, 2), scripts(Apps, Appups, 3)} || {_, Vsn, _, Apps, _} <- Bases].

scripts(BaseApps, Appups, Element) ->
    [S || {N, V, Term} <- Appups, V =/= proplists:get_value(N, BaseApps, V),
          is_tuple(Term),
          {ok, S} <- [systools_relup:appup_search_for_version(
                          proplists:get_value(N, BaseApps), element(Element, Term))],
          is_list(S)].

appup(_, _, [], _) -> none;
appup(Name, Vsn, OldVsns, Files) ->
    New = maps:get({Name, Vsn}, Files),
    case fault(30) of
        true -> none;
        false ->
            Ups = [{O, script(up, Name, O, Vsn, maps:get({Name, O}, Files), New)} || O <- OldVsns],
            Downs = [{O, script(down, Name, Vsn, O, New, maps:get({Name, O}, Files))} || O <- OldVsns],
            AppVsn = case rand:uniform(20) of
                         1 -> one_of(["0", <<"2\\..*">>, <<"nothing">>]);
                         _ -> Vsn
                     end,
            {Name, Vsn, {AppVsn, entries_for(Ups), entries_for(Downs)}}
    end.

%% Versions as texts or expressions; before them some that do not fit, or only in part.
entries_for(Scripts) ->
    Wrong = [one_of([{one_of([<<"1">>, <<"1|1\\.1">>]), one_of([[], [restart_new_emulator]])},
                     {one_of([<<"^0$">>, <<"\\.">>, "0.1", <<"">>, <<"é+"/utf8>>]), [not_looked_at]}])
             || rand:uniform(4) =:= 1],
    Kept = case fault(15) of true -> tl(Scripts); false -> Scripts end,
    Wrong ++ [{version(V), S} || {V, S} <- Kept].

version(Vsn) ->
    Quoted = re:replace(Vsn, "\\.", "\\\\.", [global, {return, binary}]),
    case rand:uniform(6) of
        1 -> Quoted;
        2 -> <<"^", Quoted/binary, "$">>;
        3 -> <<(hd(Vsn)), ".*">>;
        4 -> <<"(?i:", Quoted/binary, ")(?<!x)">>;
        _ -> Vsn
    end.

%%% Scripts. Those for modules follow what changed, so that most are accepted.

script(Way, Name, FromVsn, ToVsn, From, To) ->
    Both = [M || M <- From, lists:member(M, To), rand:uniform(3) > 1],
    Added = To -- From,
    Deleted = From -- To,
    case rand:uniform(14) of
        1 -> [restart_new_emulator];
        2 -> [{restart_application, Name}];
        3 -> lowlevel(Way, Name, ToVsn, To);
        4 -> [];
        _ ->
            Changes = shuffle([{load, M} || M <- Both] ++ [{add, M} || M <- Added] ++
                              [{delete, M} || M <- Deleted]),
            Deps = dependencies([M || {_, M} <- Changes], Name),
            High = [change(What, M, maps:get(M, Deps)) || {What, M} <- Changes],
            put(foreign, [{Way, ToVsn, [M || {_, M} <- Changes]} | get(foreign)]),
            point(Name, ToVsn, To, extras(Way, Name, FromVsn, faults(High)))
    end.

%% Module -> what it depends on: none, a chain, a tree, any acyclic graph, rings.
dependencies(Modules, _Name) ->
    Later = fun(I) -> lists:nthtail(I, Modules) end,
    Kind = one_of([none, chain, chain, tree, graph, rings]),
    Pairs = lists:zip(lists:seq(1, length(Modules)), Modules),
    maps:from_list([{M, depends(Kind, I, Later(I), Modules)} || {I, M} <- Pairs]).

depends(none, _, _, _) -> [];
depends(chain, _, Later, _) -> lists:sublist(Later, 1);
depends(tree, _, [], _) -> [];
depends(tree, _, Later, _) -> [one_of(Later) || rand:uniform(4) > 1];
depends(graph, _, Later, _) -> [M || M <- Later, rand:uniform(3) =:= 1];
depends(rings, _, _, Modules) -> [M || M <- Modules, rand:uniform(length(Modules)) =:= 1].

change(add, M, []) -> one_of([{add_module, M}, {add_module, M, []}]);
change(add, M, Deps) -> {add_module, M, Deps};
change(delete, M, []) -> one_of([{delete_module, M}, {delete_module, M, []}]);
change(delete, M, Deps) -> {delete_module, M, Deps};
change(load, M, Deps) ->
    Change = one_of([soft, {advanced, []}, {advanced, {extra, [M], "text"}}]),
    Purges = [purge(), purge()],
    Timeout = one_of([default, infinity, 1, 30000]),
    Type = one_of([static, dynamic]),
    Long = [[load_module, M] ++ Purges, [update, M, Change] ++ Purges,
            [update, M, Timeout, Change] ++ Purges, [update, M, Type, Timeout, Change] ++ Purges],
    Short = [[load_module, M], [update, M], [update, M, Change]],
    case Deps of
        [] -> list_to_tuple(one_of(Short ++ [[update, M, supervisor]] ++ [L ++ [[]] || L <- Short ++ Long]));
        _ -> list_to_tuple(one_of(Short ++ Long) ++ [Deps])
    end.

purge() -> one_of([soft_purge, brutal_purge]).

%% Low-level instructions, and some about emulators and applications, among the others.
extras(Way, Name, Vsn, Script) ->
    case rand:uniform(2) of
        1 -> Script;
        2 ->
            Extra = one_of([[apply_it()], [{sync_nodes, {id, Name}, [a@host, b@host]}],
                            [{sync_nodes, x, {m, f, [1, "2"]}}],
                            [{suspend, [x, {y, 5}]}, {resume, [x]}, {resume, [y]}],
                            [{suspend, []}], [{stop, [x, y]}, {start, [y, x]}],
                            [{stop, [x]}, {start, [x]}],
                            [{code_change, [{x, Way}]}], [{code_change, Way, [{x, [Vsn]}]}],
                            [{purge, [x, z]}, {remove, {z, purge(), purge()}}],
                            [restart_emulator], [restart_new_emulator]]),
            Rest = lists:foldl(fun insert/2, Script, Extra),
            extras(Way, Name, Vsn, Rest)
    end.

apply_it() ->
    {apply, {one_of([m, 'Elixir.M', 'odd name']), f, one_of([[], [1.5, <<"bin">>, #{a => 1}], ["é"]])}}.

insert(Item, List) ->
    {Before, After} = lists:split(rand:uniform(length(List) + 1) - 1, List),
    Before ++ [Item] ++ After.

%% At times with a point of no return, and modules read by the script itself.
point(Name, Vsn, Modules, Script) ->
    Read = [{load_object_code, {Name, Vsn, sublist(Modules)}} || rand:uniform(8) =:= 1],
    case rand:uniform(6) of
        1 -> [apply_it() || rand:uniform(2) =:= 1] ++ Read ++ [point_of_no_return | Script];
        _ -> lists:foldl(fun insert/2, Script, Read)
    end.

lowlevel(Way, Name, Vsn, Modules) ->
    Mods = sublist(Modules),
    [{load_object_code, {Name, Vsn, Mods}}, apply_it(), point_of_no_return,
     {suspend, Mods}, {code_change, Way, [{M, []} || M <- Mods]}] ++
    [{load, {M, purge(), purge()}} || M <- Mods] ++ [{resume, Mods}].

sublist(List) -> [X || X <- List, rand:uniform(2) =:= 1].

%%% What is wrong: at most one thing in a case, so that it is clear what is to be said of it.

fault(N) -> get(fault) andalso rand:uniform(N) =:= 1 andalso put(fault, false).

faults(Script) ->
    case fault(2) of
        false -> Script;
        true -> insert(one_of(wrong(Script)), Script)
    end.

wrong(Script) ->
    M = one_of([no_module | [element(2, I) || I <- Script]]),
    [{load_module, M}, {load_module, absent}, {delete_module, M, [absent]},
     {add_module, unknown_module}, {update, other, [M, absent]},
     {load_module, M, hard_purge, brutal_purge, []}, {load_module, "m"}, {update, M, nonsense},
     {update, M, {advanced, 1, 2}}, {update, M, other, default, soft, soft_purge, soft_purge, []},
     {update, M, 0, soft, soft_purge, soft_purge, []}, {update, M, soft, 1, 2},
     {update, x, static, soft, soft_purge, soft_purge, []},
     {add_module, M, not_a_list}, {add_module, M, [1]}, {delete_module, 1},
     {add_application, nowhere}, {add_application, a1, sometimes}, {add_application, "a1"},
     {remove_application, kernel}, {remove_application, nowhere}, {restart_application, nowhere},
     {load, {M, soft_purge, soft_purge}}, {load, {absent, soft_purge, soft_purge}},
     {load, {absent, soft_purge}}, {load_object_code, {a1, "7", [x]}},
     {load_object_code, {kernel, "7", [x]}}, {load_object_code, {kernel, 7, [x]}},
     {load_object_code, {kernel, "7"}}, {suspend, [lonely]}, {suspend, [{x, never}]},
     {suspend, lonely}, {resume, [lonely]}, {start, [lonely]}, {stop, [lonely]},
     {purge, x}, {remove, {x, y, z}}, {code_change, [x]}, {code_change, sideways, []},
     {apply, {m, f, a}}, {apply, {m, f}}, {apply, [m, f, []]}, {sync_nodes, x, ["node"]},
     {sync_nodes, x, {m, "f", []}}, mnesia_backup, {unknown, M}, nothing, "text", 17, {},
     {update, M, supervisor, []}, {load_module, [x]}, update, {point_of_no_return},
     {restart_emulator}, {load_module, M, soft_purge, soft_purge, [M | tail]}].

one_of(List) -> lists:nth(rand:uniform(length(List)), List).

shuffle(L) -> [X || {_, X} <- lists:sort([{rand:uniform(), X} || X <- L])].
