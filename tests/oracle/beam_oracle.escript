#!/usr/bin/env escript
%% -*- erlang -*-
%%! +A0
%% The half of beam_oracle.sh that runs on OTP:
%%   copies LIST DIR   writes copies of some files of LIST into DIR (compressed,
%%                     stripped, both), and prints their names
%%   compare TERMS     compares what beam_tool printed with what beam_lib reads
-mode(compile).

-define(EVERY, 8).

main(["copies", List, Dir]) ->
    Files = lines(List),
    Chosen = [F || {N, F} <- lists:zip(lists:seq(1, length(Files)), Files),
                   N rem ?EVERY =:= 0],
    [io:format("~ts~n", [Copy])
     || {N, F} <- lists:zip(lists:seq(1, length(Chosen)), Chosen),
        Copy <- copies(F, filename:join(Dir, integer_to_list(N)))];
main(["compare", Terms]) ->
    {ok, Results} = file:consult(Terms),
    Bad = [R || R <- Results, not equal(R)],
    Sum = fun(N) -> lists:sum([length(element(N, R)) || R <- Results, tuple_size(R) =:= 9]) end,
    io:format("beam: ~b files, ~b chunks, ~b imports, ~b exports, ~b attributes, "
              "~b behaviours: ~b differ~n",
              [length(Results), Sum(4), Sum(5), Sum(6), Sum(7), Sum(9), length(Bad)]),
    halt(case Bad =:= [] andalso length(Results) > 0 of true -> 0; false -> 1 end).

lines(File) ->
    {ok, Bytes} = file:read_file(File),
    [unicode:characters_to_list(L) || L <- binary:split(Bytes, <<"\n">>, [global]), L =/= <<>>].

copies(File, Stem) ->
    Bytes = plain(file:read_file(File)),
    {ok, [{_, Stripped}]} = beam_lib:strip_files([Bytes]),
    {ok, [{_, WithAttr}]} = beam_lib:strip_files([Bytes], ["Attr"]),
    [begin
         Copy = Stem ++ Suffix,
         ok = file:write_file(Copy, Content),
         Copy
     end || {Suffix, Content} <- [{".gzip.beam", zlib:gzip(Bytes)},
                                  {".stripped.beam", Stripped},
                                  {".attr.beam", WithAttr},
                                  {".plain.beam", zlib:gunzip(WithAttr)}]].

plain({ok, <<31, 139, _/binary>> = Packed}) -> zlib:gunzip(Packed);
plain({ok, Bytes}) -> Bytes.

equal({error, File, Message}) ->
    io:format("~ts: ~ts~n", [File, Message]),
    false;
equal({File, _, _, _, _, _, _, _, _} = Ours) ->
    Theirs = from_otp(File, Ours),
    Differences = [{N, element(N, Ours), element(N, Theirs)}
                   || N <- lists:seq(2, tuple_size(Ours)),
                      element(N, Ours) =/= element(N, Theirs)],
    [io:format("~ts: field ~b: relc has~n  ~tp~nOTP has~n  ~tp~n", [File, N, A, B])
     || {N, A, B} <- Differences],
    Differences =:= [] andalso merged(element(7, Ours)) =:= attributes(File).

from_otp(File, Ours) ->
    {ok, {Module, [{imports, Imports}, {exports, Exports}, {"Attr", Attr}]}} =
        beam_lib:chunks(File, [imports, exports, "Attr"], [allow_missing_chunks]),
    {ok, Module, Chunks} = beam_lib:all_chunks(File),
    Raw = case Attr of missing_chunk -> []; _ -> binary_to_term(Attr) end,
    {File, Module, Module, [{Id, byte_size(D), erlang:crc32(D)} || {Id, D} <- Chunks],
     same_order(element(5, Ours), Imports), same_order(element(6, Ours), Exports), Raw,
     vsn(File, Attr),
     [B || {Key, Values} <- Raw, Key =:= behaviour orelse Key =:= behavior, B <- Values]}.

%% beam_lib sorts; relc keeps the order of the file.
same_order(Ours, Theirs) ->
    case lists:sort(Ours) =:= lists:sort(Theirs) of
        true -> Ours;
        false -> Theirs
    end.

vsn(_File, missing_chunk) -> [];
vsn(File, _) ->
    {ok, {_, Vsn}} = beam_lib:version(File),
    Vsn.

attributes(File) ->
    case beam_lib:chunks(File, [attributes], [allow_missing_chunks]) of
        {ok, {_, [{attributes, missing_chunk}]}} -> [];
        {ok, {_, [{attributes, List}]}} -> List
    end.

%% beam_lib's view: sorted by key, the values of equal keys joined.
merged(Raw) ->
    [{Key, lists:append([V || {K, V} <- Raw, K =:= Key])}
     || Key <- lists:usort([K || {K, _} <- Raw])].
