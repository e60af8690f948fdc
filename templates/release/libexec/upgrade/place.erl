%% Packages are unpacked beside and put in place by renames, each of which can be taken back.

%% The folders that belong to a version alone, and files that belong to none: those are added
%% if they are missing, and stay as they are otherwise. What a package has in releases/ beside
%% its version's folder says what a new root folder would hold; it is not for this one.
Units = fun(Files) ->
    Kind = fun(F, Type) ->
        case filename:split(F) of
            ["lib", Lib | _] -> [{folder, "lib/" ++ Lib}];
            ["releases", V, _ | _] -> [{folder, "releases/" ++ V}];
            ["releases" | _] -> [];
            ["erts-" ++ _ = Erts | _] -> [{folder, Erts}];
            _ when Type =:= directory -> [];
            _ -> [{shared, F}]
        end
    end,
    lists:usort(lists:append([Kind(F, Type) || {F, _, Type, _} <- Files]))
end,

Unpack = fun(Path) ->
    Delete(Beside),
    Must(filelib:ensure_dir(filename:join(Beside, "x")), "write", Beside),
    case catch erl_tar:extract(Path, [compressed, {cwd, Beside}]) of
        ok -> ok;
        {error, {Target, unsafe_symlink}} ->
            Fail("the package ~ts is refused: its symbolic link to '~ts' leaves the release's folder", [Path, Target]);
        {error, {Entry, Why}} -> Fail("cannot unpack '~ts' of ~ts: ~ts", [Entry, Path, erl_tar:format_error(Why)]);
        {error, Why} -> Fail("cannot unpack ~ts: ~ts", [Path, erl_tar:format_error(Why)]);
        {'EXIT', Why} -> Fail("cannot unpack ~ts: ~tp", [Path, Why])
    end,
    Flush()
end,

MovesFile = filename:join(Work, "moves"),
Moves = fun() ->
    case ReadTerm(MovesFile) of {ok, Written} -> Written; _ -> [] end
end,

%% What came to its place goes back, in the opposite order; what was there comes back.
Unplace = fun() ->
    [begin
        Exists(From) orelse not Exists(To) orelse Must(file:rename(To, From), "move", To),
        Saved =:= none orelse not Exists(Saved) orelse Must(file:rename(Saved, To), "move", Saved)
    end || {From, To, Saved} <- lists:reverse(Moves())],
    file:delete(MovesFile),
    ok
end,

%% Packages that lie in the version's folder stay there.
KeepPackages = fun(From, To) ->
    Names = case file:list_dir(To) of {ok, Listing} -> Listing; {error, _} -> [] end,
    [begin
        {Package, Copy} = {filename:join(To, N), filename:join(From, N)},
        case file:make_link(Package, Copy) of
            ok -> ok;
            {error, eexist} -> ok;
            {error, _} -> {ok, _} = file:copy(Package, Copy)
        end
    end || N <- Names, lists:suffix(".tar.gz", N)]
end,

PutInPlace = fun(Vsn, Files) ->
    Used = UsedBut(Vsn),
    Saves = filename:join(Work, "old"),
    Plan = lists:append([begin
        {From, To} = {filename:join(Beside, Unit), filename:join(Root, Unit)},
        There = Exists(To),
        case Kind of
            shared when There -> [];
            folder when There ->
                case lists:member(Unit, Used) of
                    true -> [];
                    false -> [{From, To, filename:join(Saves, Unit)}]
                end;
            _ -> [{From, To, none}]
        end
    end || {Kind, Unit} <- Units(Files), Exists(filename:join(Beside, Unit))]),
    WriteFile(MovesFile, io_lib:format("~tw.~n", [Plan])),
    [begin
        Must(filelib:ensure_dir(To), "write", To),
        Saved =:= none orelse begin
            KeepPackages(From, To),
            Must(filelib:ensure_dir(Saved), "write", Saved),
            Must(file:rename(To, Saved), "move", To)
        end,
        Must(file:rename(From, To), "move", From)
    end || {From, To, Saved} <- Plan],
    Flush()
end,

%% What upgrade.sh goes on with: "FROM TO STATE RESTARTS WAY PACKAGE"
WriteFacts = fun(To, Status, {Way, Script}, Package) ->
    WriteFile(filename:join(Work, "facts"),
        unicode:characters_to_binary(io_lib:format("~s ~s ~s ~s ~s ~ts~n",
            [Running, To, Status, Restarts(Script), Way, Package])))
end.
