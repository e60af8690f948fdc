%% The package of a version: which file, whether it is whole, what it says of itself.

Candidates = fun(Vsn) ->
    ["releases/" ++ Vsn ++ "/" ++ Name ++ ".tar.gz",
        "releases/" ++ Vsn ++ "/" ++ Name ++ "-delta.tar.gz",
        "releases/" ++ Name ++ "-" ++ Vsn ++ ".tar.gz",
        "releases/" ++ Name ++ "-" ++ Vsn ++ "-delta.tar.gz"]
end,

%% The path of the package, or none.
PackageOf = fun(Vsn) ->
    case {maps:get(file, Given), [C || C <- Candidates(Vsn), filelib:is_regular(filename:join(Root, C))]} of
        {"", []} -> none;
        {"", [First | _]} -> First;
        {File, _} -> File
    end
end,

Damaged = fun(Path, Why) -> Fail("the package ~ts is damaged: ~ts", [Path, Why]) end,

%% Decompresses all of it: a checksum that is wrong or missing, or a second gzip member, shows
%% here, before anything is unpacked.
IsWhole = fun(Path) ->
    Io = case file:open(Path, [read, raw, binary]) of
        {ok, Opened} -> Opened;
        {error, Reason} -> Fail("cannot read the package ~ts: ~ts", [Path, file:format_error(Reason)])
    end,
    Z = zlib:open(),
    ok = zlib:inflateInit(Z, 31, error),
    Inflate = fun Inflate(Size) ->
        case file:read(Io, 32768) of
            {ok, Bytes} -> Inflate(Size + iolist_size(zlib:inflate(Z, Bytes)));
            eof -> Size;
            {error, Why} -> Fail("cannot read the package ~ts: ~ts", [Path, file:format_error(Why)])
        end
    end,
    try
        try Inflate(0)
        catch error:_ -> Damaged(Path, "its content is no gzip'ed tar archive in one piece")
        end,
        try zlib:inflateEnd(Z)
        catch error:_ -> Damaged(Path, "it is cut off")
        end
    after
        file:close(Io),
        catch zlib:close(Z)
    end,
    ok
end,

%% [{NormalName, NameInTheArchive, Type, Size}]
Entries = fun(Path) ->
    Normal = fun(Entry) ->
        Parts = [P || P <- filename:split(Entry), P =/= "."],
        (filename:pathtype(Entry) =:= relative andalso not lists:member("..", Parts)) orelse
            Fail("the package ~ts is refused: its entry '~ts' leaves the release's folder", [Path, Entry]),
        case Parts of [] -> "."; _ -> filename:join(Parts) end
    end,
    case catch erl_tar:table(Path, [compressed, verbose]) of
        {ok, []} -> Damaged(Path, "it is empty");
        {ok, Table} ->
            [begin
                lists:member(Type, [regular, directory, symlink]) orelse
                    Fail("the package ~ts is refused: its entry '~ts' is a ~ts; only files, folders and symbolic "
                        "links can be unpacked", [Path, Entry,
                        case Type of link -> "hard link"; _ -> atom_to_list(Type) end]),
                {Normal(Entry), Entry, Type, Size}
            end || {Entry, Type, Size, _, _, _, _} <- Table];
        {error, Why} -> Damaged(Path, erl_tar:format_error(Why));
        {'EXIT', _} -> Damaged(Path, "it is no tar archive")
    end
end,

%% The version that a package is of: the one asked for, if it is in there.
VersionIn = fun(Path, Files) ->
    Found = lists:usort([V || {F, _, _, _} <- Files, ["releases", V, "start.boot"] <- [filename:split(F)]]),
    Rels = [R || {F, _, _, _} <- Files, ["releases", _, R] <- [filename:split(F)], filename:extension(R) =:= ".rel"],
    Wanted = maps:get(vsn, Given),
    %% upgrade.sh takes no other names from its caller, either.
    Allowed = lists:seq($a, $z) ++ lists:seq($A, $Z) ++ lists:seq($0, $9) ++ "._+@~-",
    [Fail("the package ~ts is refused: '~ts' cannot be a version of a release", [Path, V]) ||
        V <- Found, lists:member(hd(V), ".-") orelse not lists:all(fun(C) -> lists:member(C, Allowed) end, V)],
    case {Found, lists:member(Name ++ ".rel", Rels)} of
        {[], _} -> Fail("~ts is no package of a release: it has no releases/VERSION/start.boot", [Path]);
        {_, false} when Rels =/= [] ->
            Fail("the package ~ts is of the release '~ts', this one is '~ts'", [Path, filename:rootname(hd(Rels)), Name]);
        {_, false} -> Fail("the package ~ts has no ~ts.rel: it is none of this release", [Path, Name]);
        {[Only], _} when Wanted =:= ""; Wanted =:= Only -> Only;
        {_, _} when Wanted =:= "" -> Fail("the package ~ts has several versions: ~ts", [Path, Joined(Found)]);
        _ ->
            lists:member(Wanted, Found) orelse
                Fail("the package ~ts is of version ~ts, not ~ts", [Path, Joined(Found), Wanted]),
            Wanted
    end
end,

%% What is known of a version before it is unpacked, or of one that is: Read gives the bytes
%% of a file under the root, or none.
FactsOf = fun(What, Vsn, Read) ->
    Dir = "releases/" ++ Vsn ++ "/",
    {Erts, Apps} = case Term(Read(Dir ++ Name ++ ".rel")) of
        {ok, {release, {Name, Vsn}, {erts, E}, List}} -> {E, [{element(1, A), element(2, A)} || A <- List]};
        {ok, {release, {Other, V}, _, _}} ->
            Fail("~ts is of '~ts' version ~ts, not of '~ts' version ~ts", [What, Other, V, Name, Vsn]);
        _ -> Fail("~ts~ts.rel in ~ts cannot be read", [Dir, Name, What])
    end,
    Info = case Read(Dir ++ "package.info") of
        none -> [];
        Bytes ->
            case Term(Bytes) of
                {ok, {package, 1, Pairs}} -> Pairs;
                {ok, T} when element(1, T) =:= package ->
                    Fail("~ts is in a format that this version's script does not know (~p)", [What, element(2, T)]);
                _ -> Fail("~tspackage.info in ~ts cannot be read", [Dir, What])
            end
    end,
    Get = fun(Key, Default) -> proplists:get_value(Key, Info, Default) end,
    {Get(name, Name), Get(vsn, Vsn)} =:= {Name, Vsn} orelse
        Fail("~ts is of '~ts' version ~ts, not of '~ts' version ~ts", [What, Get(name, Name), Get(vsn, Vsn), Name, Vsn]),
    Elixir = case lists:keyfind(elixir, 1, Apps) of {_, ElixirVsn} -> ElixirVsn; false -> none end,
    #{vsn => Vsn, erts => Erts, apps => Apps, elixir => Get(elixir, Elixir), otp => Get(otp, unknown),
        kind => Get(kind, full), from => Get(from, []), needs => Get(needs, []),
        includes_erts => Get(includes_erts, unknown)}
end,

%% Reads single files of a package.
ReaderOf = fun(Path, Files) ->
    Small = [Raw || {F, Raw, regular, Size} <- Files, Size < 16000000, case filename:split(F) of
        ["releases", _, "package.info"] -> true;
        ["releases", _, "relup"] -> true;
        ["releases", _, Rel] -> filename:extension(Rel) =:= ".rel";
        _ -> false
    end],
    {ok, Contents} = erl_tar:extract(Path, [compressed, memory, {files, Small}]),
    Normal = [{N, R} || {N, R, _, _} <- Files],
    fun(File) ->
        case lists:keyfind(File, 1, Normal) of
            {_, Raw} ->
                case lists:keyfind(Raw, 1, Contents) of {_, Bytes} -> Bytes; false -> none end;
            false -> none
        end
    end
end,

%% The same for a version that is unpacked.
ReadUnpacked = fun(File) ->
    case file:read_file(filename:join(Root, File)) of
        {ok, Bytes} -> Bytes;
        {error, _} -> none
    end
end.
