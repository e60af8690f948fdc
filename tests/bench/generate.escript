#!/usr/bin/env escript
%% Applications for the benchmark: generate.escript FOLDER COUNT
%% gen1 .. genCOUNT, each with 20 modules of some functions, needing the one before.
%% own-1.0.0 (with a second form of its module beside) and own-1.1.0.
-mode(compile).

main([Folder, Count]) ->
    Numbers = lists:seq(1, list_to_integer(Count)),
    Half = length(Numbers) div 2,
    {One, Two} = lists:split(Half, Numbers),
    Self = self(),
    [spawn_link(fun() -> [application(Folder, N) || N <- Part], Self ! done end)
     || Part <- [One, Two]],
    [receive done -> ok end || _ <- [1, 2]],
    own(Folder, "own-1.0.0", "1.0.0", 1),
    write(filename:join(Folder, "own.beam.2"), compiled(own, 2)),
    write(filename:join(Folder, "own.beam.1"), compiled(own, 1)),
    own(filename:join(Folder, "next"), "own-1.1.0", "1.1.0", 3).

application(Folder, N) ->
    Name = "gen" ++ integer_to_list(N),
    Ebin = filename:join([Folder, Name ++ "-1.0.0", "ebin"]),
    Modules = [list_to_atom(Name ++ "_m" ++ integer_to_list(I)) || I <- lists:seq(1, 20)],
    [write(filename:join(Ebin, atom_to_list(M) ++ ".beam"), compiled(M, N)) || M <- Modules],
    Needed = [list_to_atom("gen" ++ integer_to_list(N - 1)) || N > 1],
    app_file(Ebin, Name, "1.0.0", Modules, Needed).

own(Folder, Dir, Vsn, Form) ->
    Ebin = filename:join([Folder, Dir, "ebin"]),
    write(filename:join(Ebin, "own.beam"), compiled(own, Form)),
    app_file(Ebin, "own", Vsn, [own], []).

app_file(Ebin, Name, Vsn, Modules, Needed) ->
    Term = {application, list_to_atom(Name),
            [{description, "for the benchmark"}, {vsn, Vsn}, {modules, Modules},
             {registered, []}, {applications, [kernel, stdlib | Needed]}]},
    write(filename:join(Ebin, Name ++ ".app"), io_lib:format("~p.~n", [Term])).

%% Functions that differ from module to module.
compiled(Module, Seed) ->
    Functions = [function(I, erlang:phash2({Module, Seed, I}, 100000)) || I <- lists:seq(1, 12)],
    Text = [io_lib:format("-module(~p).~n-export([~ts]).~n",
                          [Module, lists:join(",", [io_lib:format("f~b/2", [I]) || I <- lists:seq(1, 12)])])
            | Functions],
    {ok, Tokens, _} = erl_scan:string(lists:flatten(Text)),
    {ok, Module, Beam} = compile:forms(forms(Tokens), [debug_info, deterministic]),
    Beam.

function(I, Salt) ->
    io_lib:format("f~b(A, B) when is_list(A) -> [{item_~b, X, B} || X <- A, X > ~b];~n"
                  "f~b(A, #{key_~b := V}) -> case V of {ok, Y} -> {A, Y + ~b}; _ -> {error, \"text ~b\"} end;~n"
                  "f~b(_, _) -> undefined.~n", [I, Salt, Salt, I, Salt rem 50, Salt, Salt, I]).

forms(Tokens) ->
    case lists:splitwith(fun(T) -> element(1, T) =/= dot end, Tokens) of
        {[], []} -> [];
        {Form, [Dot | Rest]} ->
            {ok, Parsed} = erl_parse:parse_form(Form ++ [Dot]),
            [Parsed | forms(Rest)]
    end.

write(File, Bytes) ->
    ok = filelib:ensure_dir(File),
    ok = file:write_file(File, Bytes).
