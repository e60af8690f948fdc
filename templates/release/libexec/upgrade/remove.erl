%% The removal of a version that nothing uses. release_handler's own stops half-way where a
%% folder has gone already, and knows only versions that are registered.

Vsn = maps:get(vsn, Given),
Dir = filename:join(Releases, Vsn),

%% The .rel tells a later removal what is left.
DeleteAllBut = fun(Rel) ->
    {ok, Files} = file:list_dir_all(Dir),
    [Delete(filename:join(Dir, File)) || File <- Files, File =/= Rel]
end,

Remove = fun() ->
    Refuse = fun(Why) -> Fail("version ~ts cannot be removed: ~s", [Vsn, Why]) end,
    Next = case file:read_file(filename:join(Releases, "start_erl.data")) of
        {ok, Bytes} -> string:lexemes(binary_to_list(Bytes), " \n");
        {error, _} -> []
    end,
    Vsn =/= Running orelse Refuse("it is running"),
    State(Vsn) =/= permanent orelse Refuse("it is permanent"),
    State(Vsn) =/= current orelse Refuse("it is running"),
    not lists:member(Vsn, Next) orelse Refuse("the next start runs it"),
    (State(Vsn) =/= unknown orelse IsDir(Dir)) orelse Fail("there is no version ~ts", [Vsn]),
    {Erts, Libs} = case lists:keyfind(Vsn, 1, Registered) of
        {_, E, L} -> {["erts-" ++ E], L};
        false ->
            case ReadTerm(filename:join(Dir, Name ++ ".rel")) of
                {ok, {release, _, {erts, E}, L}} -> {["erts-" ++ E], [{element(1, A), element(2, A)} || A <- L]};
                _ -> {[], []}
            end
    end,
    {_, _, RunningLibs} = lists:keyfind(Running, 1, Registered),
    case [LibName({A, AppVsn}) || {A, _, AppVsn} <- application:loaded_applications(),
            lists:member({A, AppVsn}, Libs), not lists:member({A, AppVsn}, RunningLibs)] of
        [] -> ok;
        Has -> Refuse("the node runs its " ++ Joined(Has))
    end,
    %% What the node has loaded code from, or would load it from, stays in any case.
    Paths = [filename:absname(P) || P <- code:get_path()] ++
        [filename:dirname(F) || {_, F} <- code:all_loaded(), is_list(F)],
    Loaded = fun(Unit) ->
        Folder = filename:join(Root, Unit) ++ "/",
        lists:any(fun(P) -> lists:prefix(Folder, P) end, Paths)
    end,
    Emulator = case os:getenv("BINDIR") of
        false -> "erts-" ++ erlang:system_info(version);
        Programs -> filename:basename(filename:dirname(Programs))
    end,
    {Kept, Unused} = lists:partition(fun(U) -> Loaded(U) orelse U =:= Emulator end,
        [U || U <- ["lib/" ++ LibName(A) || A <- Libs] ++ Erts, not lists:member(U, UsedBut(Vsn)),
            Exists(filename:join(Root, U))]),
    %% Forgotten first: a version that is known is whole. Its own folder last, since that is what
    %% tells of the others if something stops this.
    State(Vsn) =:= unknown orelse ok =:= release_handler:set_removed(Vsn) orelse
        Refuse("the release handler does not let go of it"),
    [Delete(filename:join(Root, U)) || U <- Unused],
    case Kept of
        [] -> Delete(Dir);
        _ -> DeleteAllBut(Name ++ ".rel")
    end,
    Say("Removed Release: ~ts", [Vsn]),
    Kept =:= [] orelse
        Say("The node has loaded code from ~ts, which stays: remove ~ts once more after the next start",
            [Joined(Kept), Vsn]),
    none
end,

try register(relc_upgrade, self())
catch error:_ -> Fail("the node '~s' is still at work with an upgrade", [node()])
end,
try Remove()
after catch unregister(relc_upgrade)
end.
