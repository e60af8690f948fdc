#!/usr/bin/env escript
%% -*- erlang -*-
%% What OTP says of terms, to compare relc with. See term_oracle.sh, which runs the steps:
%%   generate DIR SEED COUNT   write the terms and texts that relc is to work on
%%   check DIR                 compare what relc made of them; exit status 1 if anything differs
-mode(compile).

main(["generate", Dir, Seed, Count]) ->
    rand:seed(exsss, list_to_integer(Seed)),
    Terms = corpus() ++ [term(rand:uniform(6)) || _ <- lists:seq(1, list_to_integer(Count))],
    ok = file:write_file(filename:join(Dir, "terms"), term_to_binary(Terms)),
    Files = write_texts(Dir, texts(filename:join(Dir, "term_texts.terms"))),
    Copies = copy_files(Dir, "file", "**/*.{app,appup,script,rel,config}"),
    Scripts = [F || F <- copy_files(Dir, "script", "**/*.script"), is_printed(F)],
    Boots = copy_files(Dir, "boot", "**/*.boot"),
    write_names(Dir, "texts.names", Files),
    write_names(Dir, "system.names", Copies),
    write_names(Dir, "script.names", Scripts),
    write_names(Dir, "boot.names", Boots),
    io:format("~p terms, ~p texts, ~p files of OTP, ~p scripts to print, ~p boot files to encode~n",
              [length(Terms), length(Files), length(Copies), length(Scripts), length(Boots)]);
main(["check", Dir]) ->
    {ok, Bin} = file:read_file(filename:join(Dir, "terms")),
    Terms = binary_to_term(Bin),
    Bad = [check_print(Dir, Terms), check_encode(Dir, Terms),
           check_texts(Dir, "texts.names"), check_texts(Dir, "system.names")],
    halt(case lists:sum(Bad) of 0 -> 0; _ -> 1 end).

%% ---- comparing ----

check_print(Dir, Terms) ->
    {ok, Bin} = file:read_file(filename:join(Dir, "terms.print")),
    Texts = lists:droplast(binary:split(Bin, <<0>>, [global])),
    %% Before OTP 25 the last of 17 digits of a float may be another one.
    Old = erlang:system_info(otp_release) < "25" andalso length(Terms) =:= length(Texts),
    {Compared, Printed} = case Old of
                              true -> lists:unzip([P || {T, _} = P <- lists:zip(Terms, Texts), not has_float(T)]);
                              false -> {Terms, Texts}
                          end,
    count("printed", Compared, Printed,
          fun(T) -> unicode:characters_to_binary(io_lib:format("~tp", [T])) end).

check_encode(Dir, Terms) ->
    {ok, Bin} = file:read_file(filename:join(Dir, "terms.etf")),
    Encoded = [B || <<Size:32, B:Size/binary>> <= Bin],
    count("encoded", Terms, Encoded, fun(T) -> term_to_binary(T) end).

count(What, Terms, Found, Expect) when length(Terms) =:= length(Found) ->
    Bad = [{T, F} || {T, F} <- lists:zip(Terms, Found), F =/= Expect(T)],
    Shortest = lists:sort(fun({_, A}, {_, B}) -> byte_size(A) =< byte_size(B) end, Bad),
    [show(What, T, F, Expect(T)) || {T, F} <- lists:sublist(Shortest, 3)],
    io:format("~s: ~p, ~p differ~n", [What, length(Terms), length(Bad)]),
    length(Bad);
count(What, Terms, Found, _) ->
    io:format("~s: ~p of ~p came back~n", [What, length(Found), length(Terms)]),
    1.

show(What, Term, Relc, Otp) ->
    At = binary:longest_common_prefix([Relc, Otp]),
    Window = fun(Bin) -> From = max(0, At - 200), binary:part(Bin, From, min(300, byte_size(Bin) - From)) end,
    io:format("~s differently from byte ~p on: ~P~nrelc: ..~ts~nOTP:  ..~ts~n",
              [What, At, Term, 20, escaped(Window(Relc)), escaped(Window(Otp))]).

escaped(Bin) -> [if C >= 32, C < 127; C =:= $\n -> C; true -> io_lib:format("\\~3.8.0b", [C]) end || <<C>> <= Bin].

check_texts(Dir, Names) ->
    {ok, Bin} = file:read_file(filename:join(Dir, Names)),
    Files = [unicode:characters_to_list(F) || F <- binary:split(Bin, <<"\n">>, [global, trim])],
    Results = [check_text(F) || F <- Files],
    Bad = length([bad || bad <- Results]),
    io:format("~s: ~p, ~p of them errors, ~p differ~n",
              [Names, length(Files), length([e || error <- Results]), Bad]),
    Bad.

check_text(File) ->
    Mine = case file:read_file(File ++ ".etf") of
               {ok, Etf} -> {ok, binary_to_term(Etf)};
               {error, enoent} -> {ok, _} = file:read_file(File ++ ".err"), error
           end,
    case {consult(File), Mine} of
        {{ok, Terms}, {ok, Same}} when Terms =:= Same -> same_bytes(File, Terms);
        {{error, _}, error} -> error;
        {Theirs, _} ->
            {ok, Text} = file:read_file(File),
            io:format("read differently: ~tp~nrelc: ~tp~nOTP:  ~tp~n",
                      [binary:part(Text, 0, min(200, byte_size(Text))), Mine, Theirs]),
            bad
    end.

%% Terms that are =:= may still differ: -0.0 and 0.0 before OTP 27.
same_bytes(File, Terms) ->
    {ok, Etf} = file:read_file(File ++ ".etf"),
    case term_to_binary(Terms) of
        Etf -> ok;
        _ ->
            case has_map(Terms) of
                true -> ok;
                false -> io:format("encoded differently: ~ts~n", [File]), bad
            end
    end.

%% Since OTP 26 the order of atom keys is any, and so is that of maps above 32 keys.
has_map(#{}) -> true;
has_map([H | T]) -> has_map(H) orelse has_map(T);
has_map(T) when is_tuple(T) -> has_map(tuple_to_list(T));
has_map(_) -> false.

has_float(F) when is_float(F) -> true;
has_float([H | T]) -> has_float(H) orelse has_float(T);
has_float(T) when is_tuple(T) -> has_float(tuple_to_list(T));
has_float(M) when is_map(M) -> has_float(maps:to_list(M));
has_float(_) -> false.

consult(File) ->
    try file:consult(File) catch _:Reason -> {error, Reason} end.

%% ---- texts ----

%% Texts on which relc and an OTP release disagree. What relc reads, or refuses, for every
%% OTP as releases from 25 on do:
exceptions(Otp) when Otp < "25" ->
    ["fun a:b/256.", "<<1.5:16/float>>.", "<<1.5:16/float-little>>.", "<<0.1:16/float,0.1:32/float>>.",
     "<<1.0e10:16/float>>.",
     "<<65504.0:16/float,65519.0:16/float,65520.0:16/float,1.0e-7:16/float,6.0e-8:16/float,2.9e-8:16/float,"
     "3.0e-8:16/float,6.1e-5:16/float,6.09e-5:16/float>>."];
%% relc takes the value that is written, where OTP computes with a power that is 0.0.
exceptions(Otp) when Otp >= "28" ->
    ["2#1.0#e-1074."];
exceptions(_) ->
    [].

texts(File) ->
    {ok, Groups} = file:consult(File),
    Exceptions = exceptions(erlang:system_info(otp_release)),
    [T || {_, Texts} <- Groups, T <- Texts, not lists:member(T, Exceptions)].

write_texts(Dir, Texts) ->
    Numbered = lists:zip(lists:seq(1, length(Texts)), Texts),
    [begin
         Name = filename:join(Dir, io_lib:format("text~4..0b", [N])),
         ok = file:write_file(Name, Text),
         Name
     end || {N, Text} <- Numbered].

%% Scripts that were printed by ~tp; OTP 23 adds a comment with the date.
is_printed(File) ->
    {ok, Text} = file:read_file(File),
    case Text of
        <<"%% coding: utf-8\n%%", _/binary>> -> false;
        <<"%% coding: utf-8\n", _/binary>> -> true;
        _ -> false
    end.

copy_files(Dir, Prefix, Wildcard) ->
    Files = [F || F <- filelib:wildcard(filename:join(code:root_dir(), Wildcard)), filelib:is_regular(F)],
    Numbered = lists:zip(lists:seq(1, length(Files)), Files),
    [begin
         Name = filename:join(Dir, io_lib:format("~s~4..0b", [Prefix, N])),
         {ok, _} = file:copy(F, Name),
         Name
     end || {N, F} <- Numbered].

write_names(Dir, Name, Files) ->
    ok = file:write_file(filename:join(Dir, Name), [[F, $\n] || F <- Files]).

%% ---- terms ----

term(0) -> scalar();
term(Depth) ->
    case rand:uniform(12) of
        N when N =< 3 -> scalar();
        4 -> string();
        N when N =< 6 -> list_to_tuple([atom() | terms(Depth)]);
        7 -> list_to_tuple(terms(Depth));
        8 -> map(Depth);
        9 -> improper(Depth);
        10 -> [{atom(), term(Depth - 1)} || _ <- lists:seq(1, rand:uniform(6))];
        _ -> terms(Depth)
    end.

terms(Depth) -> [term(Depth - 1) || _ <- lists:seq(1, rand:uniform(8) - 1)].

improper(Depth) ->
    case {terms(Depth), term(Depth - 1)} of
        {[], Tail} -> Tail;
        {_, Tail} when is_list(Tail) -> [x | y];
        {List, Tail} -> List ++ Tail
    end.

%% The order of atom keys is any since OTP 26.
map(Depth) ->
    Key = case erlang:system_info(otp_release) >= "26" of
              true -> fun() -> pick([integer(), float(), binary()]) end;
              false -> fun() -> term(min(1, Depth - 1)) end
          end,
    maps:from_list([{Key(), term(Depth - 1)} || _ <- lists:seq(1, rand:uniform(6) - 1)]).

scalar() ->
    case rand:uniform(8) of
        N when N =< 2 -> atom();
        3 -> integer();
        4 -> float();
        5 -> binary();
        6 -> bits();
        7 -> string();
        8 -> pick([[], {}, #{}, <<>>, fun a:b/3, fun 'A b':'C'/0])
    end.

pick(List) -> lists:nth(rand:uniform(length(List)), List).

atom() ->
    pick([a, ok, undefined, true, 'hello world', 'Foo', 'end', 'maybe', 'else', '', '_x', 'a@b', 'a.b',
          list_to_atom(characters(rand:uniform(8))), list_to_atom("a" ++ latin(rand:uniform(30)))]).

integer() ->
    Big = rand:uniform(1 bsl rand:uniform(300)),
    pick([rand:uniform(10), rand:uniform(300), -rand:uniform(300), Big, -Big,
          1 bsl rand:uniform(70), -(1 bsl rand:uniform(70))]).

float() ->
    <<Random/float>> = random_float(),
    pick([Random, rand:uniform(), rand:uniform(1000) / 10, rand:uniform(1000) * 1.0e20,
          rand:uniform(1 bsl 60) * 1.0, math:pow(10, rand:uniform(600) - 300), 1 / rand:uniform(1000)]).

random_float() ->
    Bytes = <<(rand:uniform(1 bsl 64) - 1):64>>,
    case Bytes of
        <<_/float>> -> Bytes;
        _ -> random_float()
    end.

binary() ->
    pick([<<>>, list_to_binary([rand:uniform(256) - 1 || _ <- lists:seq(1, rand:uniform(60))]),
          list_to_binary([rand:uniform(95) + 31 || _ <- lists:seq(1, rand:uniform(60))]),
          list_to_binary(latin(rand:uniform(20))),
          unicode:characters_to_binary(latin(rand:uniform(20))),
          unicode:characters_to_binary(characters(rand:uniform(20)))]).

bits() ->
    Size = rand:uniform(200),
    <<(rand:uniform(1 bsl Size) - 1):Size>>.

string() ->
    pick([latin(rand:uniform(20)), latin(rand:uniform(90)), characters(rand:uniform(20)),
          [rand:uniform(256) - 1 || _ <- lists:seq(1, rand:uniform(20))]]).

latin(N) -> [pick([rand:uniform(95) + 31, rand:uniform(26) + $a - 1, rand:uniform(96) + 159]) || _ <- lists:seq(1, N)].

%% No combining characters: beyond Latin-1 io_lib counts the columns of atoms in grapheme
%% clusters, relc in code points.
characters(N) ->
    [pick([rand:uniform(95) + 31, rand:uniform(256) - 1, $\n, $", $', $\\, 16#1F600,
           16#100 + rand:uniform(128), 16#410 + rand:uniform(60), 16#4E00 + rand:uniform(20000)])
     || _ <- lists:seq(1, N)].

corpus() ->
    Numbers = lists:seq(1, 40),
    Powers = [math:pow(2, N) || N <- lists:seq(-1022, 1023)] ++ subnormals(),
    Deep = lists:foldl(fun(N, T) -> {list_to_atom("level" ++ integer_to_list(N)), [T, N]} end, x, Numbers),
    Left = lists:foldl(fun(_, T) -> [T] end, x, lists:seq(1, 200)),
    Long = [list_to_atom(lists:duplicate(N, $a)) || N <- Numbers],
    Modules = [list_to_atom("module_" ++ integer_to_list(N)) || N <- lists:seq(1, 300)],
    [Numbers, Powers, Deep, Left, Long, {primLoad, Modules}, [{A, A} || A <- Long],
     lists:seq(1, 255), lists:seq(0, 255), lists:seq(1, 256), lists:duplicate(65535, 1), lists:duplicate(65536, 1),
     lists:duplicate(1000, a), list_to_tuple(lists:seq(1, 255)), list_to_tuple(lists:seq(1, 256)),
     list_to_binary(lists:seq(0, 255)), <<0:12345>>, maps:from_list([{N, N} || N <- lists:seq(1, 32)]),
     maps:from_list([{integer_to_list(N), Modules} || N <- lists:seq(1, 5)]),
     #{1 => a, 2.0 => b, 1.0 => c, 3 => d}, #{{long, key, "with", parts} => Modules},
     "\b\t\n\v\f\r\e\d\s\"\\'", "\d", [127], [0], [128], [159], [160], [255], [256], "\x{e9}", "a\x{400}",
     <<"\d">>, <<"\b\t\n\v\f\r\e\s\"\\'">>, <<128>>, <<160>>, <<255>>, <<"\x{e9}"/utf8>>, <<"\x{80}"/utf8>>, <<"\x{400}"/utf8>>,
     <<"a\x{400}b"/utf8>>, <<"\x{d7ff}"/utf8>>, <<16#C4, 16#A0, 16#FF>>, <<16#C4, 16#A0>>, <<"ab", 16#C3>>,
     '\b\t\n\v\f\r\e\d\s\"\\\'', '\x{80}', '\x{400}', '\x{e9}', '\x{c9}', '\x{d7}', '\x{f7}x', 'a\x{f7}', 'a\x{d7}', '\x{df}',
     list_to_atom(lists:duplicate(255, $a)), list_to_atom(lists:duplicate(255, 16#e9)), list_to_atom(lists:duplicate(255, 16#400)),
     list_to_atom(lists:duplicate(128, 16#400)), list_to_atom(lists:duplicate(127, 16#400)),
     0, 255, 256, -1, -128, 16#7FFFFFFF, 16#80000000, -16#80000000, -16#80000001, 1 bsl 63, (1 bsl 63) - 1, -(1 bsl 63), -(1 bsl 63) - 1,
     1 bsl 64, (1 bsl 2040) - 1, 1 bsl 2040, -(1 bsl 2048), 1 bsl 100000, 1000000000 * 1000000000 * 1000000000,
     0.0, -0.0, 1.0, 0.1, 1.0e22, 1.0e23, 5.0e-324, 1.7976931348623157e308, 9007199254740991.0, 9007199254740992.0, 9007199254740994.0,
     123456.789, 1.0e-5, 0.001, 0.0001, 100.0, 1000.0, 10000.0, 100000.0, 1.0e15, 123456789012345.6, 1.5e300,
     [1 | 2], [1, 2, 3 | {a, b}], [lists:seq(1, 50) | {tail, Modules}], [Modules | tail], [a, Modules | [b | Modules ++ tail]],
     {a, Modules}, {"not", tagged, Modules}, {Modules}, {[], Modules}, {a, b, c, d, e, f, g, h, Modules},
     {application, kernel, [{description, "ERTS  CXC 138 10"}, {vsn, "8.5.3"}, {modules, Modules}, {env, [{x, #{a => Modules}}]}]},
     {list_to_atom(lists:duplicate(100, $t)), Modules}, [[list_to_binary(lists:duplicate(N, 1))] || N <- Numbers],
     {a, list_to_binary(lists:duplicate(300, 200))}, [{b, <<0:3001>>}], #{<<0:800>> => <<0:801>>}]
    ++ Powers ++ [lists:duplicate(N, X) || N <- lists:seq(25, 45), X <- [a, 1, "b", {c}]]
    ++ [lists:duplicate(N, $x) || N <- lists:seq(65, 90)] ++ [{a, lists:duplicate(N, $x), b} || N <- lists:seq(65, 90)]
    ++ [[{k, lists:duplicate(N, $x)}, <<0:N>>] || N <- lists:seq(60, 90)]
    ++ [#{lists:duplicate(N, $k) => lists:duplicate(80 - N, $v), b => [N]} || N <- lists:seq(1, 79)].

subnormals() ->
    [F || N <- lists:seq(0, 51), <<F/float>> <- [<<(1 bsl N):64>>]].
