%% The steps that upgrade.sh calls.

FailedFile = filename:join(Work, "failed"),

%% release_handler's reasons in plain words
Explain = fun Explain(Why) ->
    case Why of
        {old_processes, M} -> OldProcesses(M);
        {no_matching_relup, To, From} -> io_lib:format("there is no relup from ~ts to ~ts", [From, To]);
        {code_change_failed, Pid, M, _, Because} ->
            io_lib:format("code_change of ~ts failed in process ~0tp: ~ts", [M, Pid, Explain(Because)]);
        {Because, [{M, F, A, Where} | _]} when is_atom(M), is_atom(F) ->
            Arity = if is_list(A) -> length(A); true -> A end,
            io_lib:format("~0tp in ~ts:~ts/~w (~ts:~w)", [Because, M, F, Arity,
                proplists:get_value(file, Where, "?"), proplists:get_value(line, Where, 0)]);
        {bad_relup_file, File} -> io_lib:format("~ts cannot be read", [File]);
        {no_such_file, File} -> io_lib:format("~ts is missing", [File]);
        {no_such_directory, Dir} -> io_lib:format("the folder ~ts is missing", [Dir]);
        {change_appl_data, Because} -> io_lib:format("the applications cannot be changed: ~0tp", [Because]);
        {'EXIT', Because} -> Explain(Because);
        {{badmatch, {error, beam_lib, {missing_chunk, Of, _}}}, _} ->
            File = if is_binary(Of) -> "a module"; true -> Of end,
            io_lib:format("~ts has been stripped of its attributes (chunk Attr), without which it cannot be "
                "upgraded", [File]);
        _ -> io_lib:format("~ts", [lists:sublist(lists:flatten(io_lib:format("~0tp", [Why])), 4000)])
    end
end,

Installs = maps:get(command, Given) =/= "unpack",

%% A package: judged by itself as far as it goes, then unpacked beside and judged as a whole.
CheckPackage = fun(Path, File, Vsn, Content) ->
    Read = ReaderOf(File, Content),
    What = "the package " ++ Path,
    Facts = FactsOf(What, Vsn, Read),
    Names = [N || {N, _, _, _} <- Content],
    Has = fun(Folder) -> lists:any(fun(N) -> lists:prefix(Folder ++ "/", N) end, Names) end,
    CheckNeeds(What, Facts, Has),
    {_, Script} = Way = case Installs of
        true -> RelupTo(Vsn, Read);
        false -> {none, []}
    end,
    Installs andalso CheckRuntime(What, Facts, Script),
    CheckHeart(What, Script, lists:member("bin/start", Names)),
    CheckSpace(What, Content),
    Unpack(File),
    CheckModules(What, Vsn, Script),
    CheckProcesses(Script),
    WriteFile(filename:join(Work, "content"), io_lib:format("~tw.~n", [Content])),
    WriteFacts(Vsn, new, Way, File)
end,

%% A version that is there.
CheckUnpacked = fun(Vsn, Status) ->
    {_, Script} = Way = case Installs andalso Vsn =/= Running of
        true -> RelupTo(Vsn, ReadUnpacked);
        false -> {none, []}
    end,
    What = "version " ++ Vsn,
    Installs andalso Vsn =/= Running andalso begin
        Facts = FactsOf(What, Vsn, ReadUnpacked),
        CheckNeeds(What, Facts#{kind := full}, fun(_) -> false end),
        CheckRuntime(What, Facts, Script),
        CheckHeart(What, Script, false),
        CheckModules(What, Vsn, Script),
        CheckProcesses(Script)
    end,
    WriteFacts(Vsn, Status, Way, "")
end,

%% The state of the version and what it needs, before anything happens.
Check = fun() ->
    CheckRunning(),
    Wanted = maps:get(vsn, Given),
    Path = PackageOf(Wanted),
    Status = case Wanted of "" -> unknown; _ -> State(Wanted) end,
    case {Status, Path} of
        {unknown, none} ->
            Say("Release ~ts not found, attempting to unpack ~ts", [Wanted, hd(Candidates(Wanted))]),
            Fail("there is no package of version ~ts: no file ~ts", [Wanted,
                lists:append(lists:join(", ", Candidates(Wanted)))]);
        {Absent, _} when Path =/= none, (Absent =:= unknown orelse Absent =:= unpacked) ->
            %% One that never ran is unpacked anew: the package before may have been wrong.
            case Wanted of
                "" -> Say("Attempting to unpack ~ts", [Path]);
                _ when Absent =:= unknown -> Say("Release ~ts not found, attempting to unpack ~ts", [Wanted, Path]);
                _ -> Say("Release ~ts is unpacked, but there is a package, attempting to unpack ~ts", [Wanted, Path])
            end,
            File = filename:absname(Path, Root),
            IsWhole(File),
            Content = Entries(File),
            Vsn = VersionIn(Path, Content),
            case lists:member(State(Vsn), [unknown, unpacked]) of
                true -> CheckPackage(Path, File, Vsn, Content);
                false -> CheckUnpacked(Vsn, State(Vsn))
            end;
        _ -> CheckUnpacked(Wanted, Status)
    end,
    none
end,

PlaceNew = fun() ->
    {ok, Content} = ReadTerm(filename:join(Work, "content")),
    PutInPlace(maps:get(vsn, Given), Content),
    none
end,

%% From here on the node and RELEASES know the version.
Register = fun(Vsn) ->
    [{ok, _} = file:copy(filename:join(Releases, F), filename:join(Work, F)) || F <- ["RELEASES", "start_erl.data"]],
    Flush(),
    State(Vsn) =:= unknown orelse ok =:= release_handler:set_removed(Vsn) orelse
        Fail("the release handler does not let go of version ~ts", [Vsn]),
    %% Libraries are named relative to the root where the release handler can do with it.
    {ok, {release, _, _, Apps}} = ReadTerm(filename:join([Releases, Vsn, Name ++ ".rel"])),
    RelFile = filename:join([Releases, Vsn, Name ++ ".rel"]),
    Relative = list_to_integer(hd(string:lexemes(erlang:system_info(version), "."))) >= 13,
    Libs = case Relative of
        true -> [{element(1, A), element(2, A), "lib"} || A <- Apps];
        false -> []
    end,
    case release_handler:set_unpacked(RelFile, Libs) of
        {ok, Vsn} -> Say("Unpacked successfully: ~tp", [Vsn]);
        {error, Why} -> Fail("cannot register version ~ts: ~ts", [Vsn, Explain(Why)])
    end,
    file:delete(MovesFile),
    Flush(),
    %% As release_handler does it, the package goes when it is unpacked; a file from elsewhere
    %% is its owner's.
    [file:delete(P) || P <- [maps:get(package, Given)], lists:prefix(Releases ++ "/", P)]
end,

%% Why it failed, first of all: after the point of no return release_handler has told init to
%% start everything again, which soon ends the file server, and then this process.
Note = fun(Outcome, Text) ->
    file:write_file(FailedFile, [Outcome, "\n", Text, "\n"], [raw])
end,

%% An error before the point of no return leaves the node as it is, but for its environment.
Failed = fun(Vsn, Text, Saved) ->
    Me = self(),
    Asker = spawn(fun() ->
        release_handler:which_releases(),
        Me ! {self(), element(1, init:get_status())}
    end),
    case receive {Asker, Internal} -> Internal after 5000 -> stopping end of
        stopping ->
            Note("restarts", Text),
            throw({failed, ""});
        _ ->
            PutBack(Saved),
            Note("kept", Text),
            Fail("version ~ts was not installed: ~ts~nThe node goes on with version ~ts.", [Vsn, Text, Running])
    end
end,

MakePermanent = fun(Vsn) ->
    [{ok, _} = file:copy(filename:join(Releases, F), filename:join(Work, F)) || F <- ["RELEASES", "start_erl.data"]],
    Flush(),
    case release_handler:make_permanent(Vsn) of
        ok -> Flush();
        {error, Why} -> Fail("version ~ts runs, but cannot be made permanent: ~ts", [Vsn, Explain(Why)])
    end,
    %% What a restart in the same process takes: this version's, with the operator's changes.
    {Config, Final} = {maps:get(config, Given), maps:get(config_final, Given)},
    Config =:= Final orelse Must(file:rename(Config, Final), "write", Final),
    Final =:= "" orelse init:make_permanent(filename:join([Releases, Vsn, "start"]), filename:rootname(Final, ".config")),
    SetVariables(VersionVariables()),
    Say("Made release permanent: ~tp", [Vsn])
end,

Install = fun() ->
    {Vsn, Status} = {maps:get(vsn, Given), maps:get(state, Given)},
    {ok, {release, _, _, Apps}} = ReadTerm(filename:join([Releases, Vsn, Name ++ ".rel"])),
    Own = Effective([{element(1, A), element(2, A)} || A <- Apps]),
    Config = MergeConfig(Own, [S || {_, [_ | _]} = S <- SetAtRunTime(Vsn, Own)]),
    Status =/= "new" orelse Register(Vsn),
    case Status of
        "old" -> Say("Release ~ts is marked old, switching to it.", [Vsn]);
        "permanent" -> Say("Release ~ts is permanent, switching back to it.", [Vsn]);
        _ -> Say("Release ~ts is already unpacked, now installing.", [Vsn])
    end,
    Saved = {ConfigData(), Environment()},
    Later = Substitute(Vsn, Config),
    WriteFile(FailedFile, ""),
    Result = try release_handler:install_release(Vsn, [{code_change_timeout, infinity}])
    catch _:Crash -> {error, Crash}
    end,
    Restart = maps:get(restarts, Given) =:= "true",
    case Result of
        {error, Why} ->
            Text = unicode:characters_to_binary(Explain(Why)),
            Note("unknown", Text),
            Restore(),
            Failed(Vsn, Text, Saved);
        _ when Restart -> none;
        {ok, _, _} ->
            Restore(),
            [application:set_env(A, K, V, [{persistent, true}]) || {A, K, V} <- Later],
            Say("Installed Release: ~ts", [Vsn]),
            MakePermanent(Vsn),
            none
    end
end,

Steps = #{
    "check" => Check,
    "place" => PlaceNew,
    "unplace" => fun() -> Unplace(), none end,
    "register" => fun() -> Register(maps:get(vsn, Given)), none end,
    "install" => Install,
    "permanent" => fun() -> MakePermanent(maps:get(vsn, Given)), none end
},

%% One at a time, whoever calls.
Do = fun() ->
    try register(relc_upgrade, self())
    catch error:_ -> Fail("the node '~s' is still at work with an upgrade", [node()])
    end,
    try (maps:get(maps:get(step, Given), Steps))()
    after catch unregister(relc_upgrade)
    end
end,
Do().
