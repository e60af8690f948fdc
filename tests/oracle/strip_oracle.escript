#!/usr/bin/env escript
%% -*- erlang -*-
%%! +A0 -pa /usr/lib/elixir/lib/elixir/ebin -pa /usr/lib/elixir/lib/mix/ebin
%% The half of strip_oracle.sh that runs on OTP: FOLDER/list names the files, and what relc
%% made of the N-th is FOLDER/KIND/N.
-mode(compile).

main([Folder]) ->
    {ok, Bytes} = file:read_file(filename:join(Folder, "list")),
    Files = [unicode:characters_to_list(F)
             || F <- binary:split(Bytes, <<"\n">>, [global]), F =/= <<>>],
    Elixir = code:ensure_loaded('Elixir.Mix.Release') =:= {module, 'Elixir.Mix.Release'},
    Bad = [{File, What}
           || {N, File} <- lists:zip(lists:seq(1, length(Files)), Files),
              Ours <- [fun(Kind) -> read([Folder, Kind, integer_to_list(N)]) end],
              {What, false} <- as_beam_lib(File, Ours) ++ as_mix(File, Ours, Elixir)],
    [io:format("~ts: ~s differs~n", [F, W]) || {F, W} <- lists:sublist(Bad, 20)],
    io:format("strip: ~b files, Elixir's too: ~p, ~b differ~n",
              [length(Files), Elixir, length(Bad)]),
    halt(case Bad =:= [] andalso Files =/= [] of true -> 0; false -> 1 end).

read(Path) ->
    {ok, Bytes} = file:read_file(filename:join(Path)),
    Bytes.

%% Byte for byte; with chunks to keep beam_lib has another order.
as_beam_lib(File, Ours) ->
    {ok, [{_, Stripped}]} = beam_lib:strip_files([read([File])], ["Attr"]),
    {ok, [{_, Docs}]} = beam_lib:strip_files([read([File])], ["Attr", "Docs", "CInf"]),
    [{"packed", Ours("packed") =:= Stripped},
     {"plain", Ours("plain") =:= zlib:gunzip(Stripped)},
     {"docs", chunks(Ours("docs")) =:= chunks(Docs)}].

%% All that Mix keeps; Elixir before 1.15 drops Type and Meta, which OTP does not.
as_mix(_, _, false) -> [];
as_mix(File, Ours, true) ->
    {ok, Plain} = 'Elixir.Mix.Release':strip_beam(read([File]), []),
    {ok, Docs} = 'Elixir.Mix.Release':strip_beam(read([File]), [{keep, [<<"Docs">>, <<"CInf">>]}]),
    [{"mix, " ++ Kind,
      [Id || {Id, _} <- chunks(Ours(Kind)) -- chunks(Theirs)] -- ["Type", "Meta"] =:= []
          andalso chunks(Theirs) -- chunks(Ours(Kind)) =:= []}
     || {Kind, Theirs} <- [{"plain", Plain}, {"docs", Docs}]].

chunks(Bytes) ->
    {ok, _, Chunks} = beam_lib:all_chunks(Bytes),
    lists:sort(Chunks).
