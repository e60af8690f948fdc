%% What the other files here stand on. They are sequences of Erlang expressions that are
%% evaluated on the node, one file after the other, with the variables of those before: no
%% module of a running release can be counted on for this but OTP's own. The shell side is
%% upgrade.sh, which binds Given: a map of strings.

Root = maps:get(root, Given),
Name = maps:get(name, Given),
Releases = filename:join(Root, "releases"),
Work = filename:join(Releases, ".upgrade"),

Fail = fun(Format, Arguments) ->
    throw({failed, io_lib:format("~ts: " ++ Format, [Name | Arguments])})
end,

%% Whoever called may have gone; the work goes on nevertheless.
Say = fun(Format, Arguments) -> catch io:format(Format ++ "~n", Arguments), ok end,

Joined = fun(Words) -> lists:append(lists:join(", ", Words)) end,
IsDir = fun(Path) -> filelib:is_dir(Path) end,
Exists = fun(Path) -> element(1, file:read_link_info(Path)) =:= ok end,

Must = fun
    (ok, _, _) -> ok;
    ({error, Reason}, What, Path) ->
        Fail("cannot ~s '~ts': ~ts", [What, Path, file:format_error(Reason)])
end,

%% A term of a file's bytes, in UTF-8 or else Latin-1.
Term = fun(Bytes) ->
    Text = case unicode:characters_to_list(Bytes) of
        Characters when is_list(Characters) -> Characters;
        _ -> binary_to_list(Bytes)
    end,
    try
        {ok, Tokens, _} = erl_scan:string(Text),
        {ok, Value} = erl_parse:parse_term(Tokens),
        {ok, Value}
    catch _:_ -> error
    end
end,

ReadTerm = fun(Path) ->
    case file:read_file(Path) of
        {ok, Bytes} -> Term(Bytes);
        {error, enoent} -> none;
        {error, _} -> error
    end
end,

%% Whole or not at all, and only for the node's user.
WriteFile = fun(Path, Content) ->
    New = Path ++ ".new",
    Must(file:write_file(New, []), "write", New),
    Must(file:change_mode(New, 8#600), "write", New),
    Must(file:write_file(New, Content), "write", New),
    Must(file:rename(New, Path), "write", Path)
end,

%% What was written so far survives a failure of the machine.
Flush = fun() ->
    os:cmd("sync -f '" ++ lists:flatten(string:replace(Work, "'", "'\\''", all)) ++ "' 2>/dev/null || sync"),
    ok
end,

Delete = fun Delete(Path) ->
    case file:read_link_info(Path) of
        {ok, Info} when element(3, Info) =:= directory ->
            {ok, Files} = file:list_dir_all(Path),
            [Delete(filename:join(Path, File)) || File <- Files],
            Must(file:del_dir(Path), "remove", Path);
        {ok, _} -> Must(file:delete(Path), "remove", Path);
        {error, enoent} -> ok;
        {error, Reason} -> Must({error, Reason}, "remove", Path)
    end
end,

%% --- what the node knows -----------------------------------------------------------------

whereis(release_handler) =/= undefined orelse
    Fail("the node does not run sasl, which installs releases", []),
(fun() ->
    Id = fun(Path) ->
        case file:read_file_info(Path) of
            {ok, Info} -> {element(10, Info), element(12, Info)};
            Error -> Error
        end
    end,
    Id(code:root_dir()) =:= Id(Root) orelse
        Fail("the node '~s' runs from '~ts', not from '~ts'", [node(), code:root_dir(), Root])
end)(),

Known = release_handler:which_releases(),
State = fun(Vsn) ->
    case lists:keyfind(Vsn, 2, Known) of
        {_, _, _, Status} -> Status;
        false -> unknown
    end
end,
%% The version that runs, as release_handler sees it.
Running = case [V || {_, V, _, current} <- Known] ++ [V || {_, V, _, permanent} <- Known] of
    [Latest | _] -> Latest;
    [] -> Fail("the release handler of the node knows no running version", [])
end,

%% [{Vsn, Erts, [{App, AppVsn}]}] of the releases in releases/RELEASES.
Registered = case ReadTerm(filename:join(Releases, "RELEASES")) of
    {ok, Listed} when is_list(Listed) ->
        [{V, E, [{A, AV} || {A, AV, _} <- Libs]} || {release, _, V, E, Libs, _} <- Listed];
    _ ->
        Fail("releases/RELEASES is missing or damaged: without it the release handler does not "
            "know what the running version consists of", [])
end,

LibName = fun({App, AppVsn}) -> atom_to_list(App) ++ "-" ++ AppVsn end,

%% The folders under the root that the registered releases but one consist of.
UsedBut = fun(But) ->
    lists:usort(lists:append([["erts-" ++ E, "releases/" ++ V | ["lib/" ++ LibName(L) || L <- Libs]] ||
        {V, E, Libs} <- Registered, V =/= But]))
end.
