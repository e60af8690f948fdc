#!/usr/bin/env escript
%% Applications for the benchmark:
%%
%%     generate.escript FOLDER COUNT
%%         gen1 .. genCOUNT, each with 20 modules of some functions, needing the one before
%%     generate.escript --own FOLDER FORMS
%%         own-1.0.0, FORMS other forms of its module (own.beam.1 ..), and next/own-1.1.0 with
%%         an appup beside it
-mode(compile).

-define(FUNCTIONS, lists:seq(1, 12)).

main(["--own", Folder, Forms]) ->
    own(Folder, "1.0.0", 0),
    [write(filename:join(Folder, "own.beam." ++ integer_to_list(N)), compiled(own, N))
     || N <- lists:seq(1, list_to_integer(Forms))],
    own(filename:join(Folder, "next"), "1.1.0", next),
    Step = [{load_module, own}],
    write(filename:join([Folder, "next", "own.appup"]),
          io_lib:format("~p.~n", [{"1.1.0", [{"1.0.0", Step}], [{"1.0.0", Step}]}]));
main([Folder, Count]) ->
    Numbers = lists:seq(1, list_to_integer(Count)),
    Workers = erlang:system_info(schedulers_online),
    [spawn_monitor(fun() -> [application(Folder, N) || N <- Numbers, N rem Workers =:= W] end)
     || W <- lists:seq(0, Workers - 1)],
    [receive {'DOWN', _, process, _, Reason} -> normal = Reason end
     || _ <- lists:seq(1, Workers)].

application(Folder, N) ->
    Name = "gen" ++ integer_to_list(N),
    Ebin = filename:join([Folder, Name ++ "-1.0.0", "ebin"]),
    Modules = [list_to_atom(Name ++ "_m" ++ integer_to_list(I)) || I <- lists:seq(1, 20)],
    [write(filename:join(Ebin, atom_to_list(M) ++ ".beam"), compiled(M, N)) || M <- Modules],
    Needed = [list_to_atom("gen" ++ integer_to_list(N - 1)) || N > 1],
    app_file(Ebin, Name, "1.0.0", Modules, Needed).

own(Folder, Vsn, Form) ->
    Ebin = filename:join([Folder, "own-" ++ Vsn, "ebin"]),
    write(filename:join(Ebin, "own.beam"), compiled(own, Form)),
    app_file(Ebin, "own", Vsn, [own], []).

app_file(Ebin, Name, Vsn, Modules, Needed) ->
    Term = {application, list_to_atom(Name),
            [{description, "for the benchmark"}, {vsn, Vsn}, {modules, Modules},
             {registered, []}, {applications, [kernel, stdlib | Needed]}]},
    write(filename:join(Ebin, Name ++ ".app"), io_lib:format("~p.~n", [Term])).

%% Functions that differ from module to module.
compiled(Module, Seed) ->
    Forms = [{attribute, 1, module, Module},
             {attribute, 1, export, [{name("f~b", I), 2} || I <- ?FUNCTIONS]}
             | [function(I, erlang:phash2({Module, Seed, I}, 100000)) || I <- ?FUNCTIONS]],
    {ok, Module, Beam} = compile:forms(Forms, [debug_info, deterministic]),
    Beam.

function(I, Salt) ->
    Values = #{line => 3 * I, f => name("f~b", I), item => name("item_~b", Salt),
               key => name("key_~b", I), 1 => Salt, 2 => Salt rem 50,
               "text" => lists:flatten(io_lib:format("text ~b", [Salt]))},
    filled(template(), Values).

name(Format, Number) ->
    list_to_atom(lists:flatten(io_lib:format(Format, [Number]))).

template() ->
    case get(template) of
        undefined ->
            {ok, Tokens, _} = erl_scan:string(
                "f(A, B) when is_list(A) -> [{item, X, B} || X <- A, X > 1];\n"
                "f(A, #{key := V}) -> case V of {ok, Y} -> {A, Y + 2}; _ -> {error, \"text\"} end;\n"
                "f(_, _) -> undefined."),
            {ok, Form} = erl_parse:parse_form(Tokens),
            put(template, Form),
            Form;
        Form -> Form
    end.

%% The template with the values in place of its atoms, integers and strings, further down.
filled({function, Line, f, Arity, Clauses}, #{f := Name} = Values) ->
    {function, filled(Line, Values), Name, Arity, filled(Clauses, Values)};
filled({Type, Line, Value}, Values) when Type =:= atom; Type =:= integer; Type =:= string ->
    {Type, filled(Line, Values), maps:get(Value, Values, Value)};
filled(Line, #{line := Before}) when is_integer(Line) ->
    Before + Line;
filled(Tuple, Values) when is_tuple(Tuple) ->
    list_to_tuple(filled(tuple_to_list(Tuple), Values));
filled([Head | Tail], Values) ->
    [filled(Head, Values) | filled(Tail, Values)];
filled(Other, _) ->
    Other.

write(File, Bytes) ->
    ok = filelib:ensure_dir(File),
    ok = file:write_file(File, Bytes).
