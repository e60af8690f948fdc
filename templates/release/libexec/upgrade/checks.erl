%% Will the node take the version? Everything is judged before it is touched.

%% Where a file of the version is: among what was unpacked beside, else under the root. What
%% another version uses is not replaced.
Beside = filename:join(Work, "new"),
Place = fun(File, Vsn) ->
    Unit = case filename:split(File) of
        ["lib", Lib | _] -> "lib/" ++ Lib;
        ["releases", Of | _] -> "releases/" ++ Of;
        [First | _] -> First
    end,
    InUse = lists:member(Unit, UsedBut(Vsn)) andalso Exists(filename:join(Root, Unit)),
    case not InUse andalso Exists(filename:join(Beside, Unit)) of
        true -> filename:join(Beside, File);
        false -> filename:join(Root, File)
    end
end,

%% {up | down, Script} from the running version to this one, as release_handler will choose it.
RelupTo = fun(Vsn, Read) ->
    Way = fun(Bytes, Top, Other, Element, What) ->
        case Bytes =:= none orelse Term(Bytes) of
            true -> [];
            {ok, {Top, _, _} = Relup} ->
                case lists:keyfind(Other, 1, element(Element, Relup)) of
                    {_, _, Script} -> [Script];
                    _ -> [{none, [O || {O, _, _} <- element(Element, Relup)]}]
                end;
            _ -> Fail("the relup of ~ts cannot be read, or is of another version", [What])
        end
    end,
    Up = Way(Read("releases/" ++ Vsn ++ "/relup"), Vsn, Running, 2, Vsn),
    Down = fun() -> Way(ReadUnpacked("releases/" ++ Running ++ "/relup"), Running, Vsn, 3, Running) end,
    Told = fun
        ([], _, _) -> [];
        ([{none, []}], None, _) -> [None];
        ([{none, Versions}], _, Some) -> [Some ++ Joined(Versions)]
    end,
    case {Up, Down} of
        {[UpScript], _} when is_list(UpScript) -> {up, UpScript};
        _ ->
            case Down() of
                [DownScript] when is_list(DownScript) -> {down, DownScript};
                NoDown ->
                    Upwards = Told(Up, Vsn ++ "'s relup leads up from no version", Vsn ++ " can be reached from "),
                    Downwards = Told(NoDown, Running ++ "'s relup leads down to no version",
                        "down from " ++ Running ++ " is the way to "),
                    Fail("there is no way from the running version ~ts to ~ts: ~ts", [Running, Vsn,
                        case Upwards ++ Downwards of
                            [] -> "none of them has a relup; was the package built as an upgrade?";
                            Ways -> Joined(Ways)
                        end])
            end
    end
end,

Restarts = fun(Script) ->
    lists:member(restart_new_emulator, Script) orelse lists:member(restart_emulator, Script)
end,

%% OTP and Elixir as the node runs them, unless the emulator is started anew.
CheckRuntime = fun(What, Facts, Script) ->
    {Otp, Erts} = {erlang:system_info(otp_release), erlang:system_info(version)},
    Here = case lists:keyfind(elixir, 1, application:loaded_applications()) of
        {_, _, ElixirVsn} -> ElixirVsn;
        false -> none
    end,
    #{otp := ForOtp, erts := ForErts, elixir := ForElixir} = Facts,
    Shown = fun(O, E) -> case O of unknown -> "ERTS " ++ E; _ -> "OTP " ++ O ++ " (ERTS " ++ E ++ ")" end end,
    Word = fun(none) -> "none"; (V) -> V end,
    case Restarts(Script) of
        true -> ok;
        false ->
            (ForErts =:= Erts andalso lists:member(ForOtp, [unknown, Otp])) orelse
                Fail("~ts is for ~ts, this node runs ~ts; its relup does not restart the emulator",
                    [What, Shown(ForOtp, ForErts), Shown(Otp, Erts)]),
            (ForElixir =:= Here orelse ForElixir =:= none) orelse
                Fail("~ts is for Elixir ~ts, this node runs Elixir ~ts", [What, Word(ForElixir), Word(Here)])
    end,
    maps:get(includes_erts, Facts) =/= false orelse ForErts =:= Erts orelse IsDir(filename:join(Root, "erts-" ++ ForErts)) orelse
        Fail("~ts has no runtime in it, and erts-~ts is not here", [What, ForErts])
end,

%% A restart of the emulator is heart's work, and needs a program that starts the new one.
CheckHeart = fun(What, Script, HasStart) ->
    case Restarts(Script) of
        false -> ok;
        true ->
            whereis(heart) =/= undefined orelse
                Fail("~ts restarts the emulator, for which the node has to run with heart: "
                    "put -heart into vm.args and start the node again", [What]),
            os:getenv("HEART_COMMAND") =/= false orelse
                Fail("~ts restarts the emulator, but the node has no HEART_COMMAND that would bring it back: "
                    "start it with 'start'", [What]),
            %% It is release_handler that makes heart's command line, without quotes.
            Root -- (Root -- "$`\"\\'()<>|&;*?[]{}~#! \t\n") =:= [] orelse
                Fail("~ts restarts the emulator, which release_handler cannot do in a folder whose path '~ts' has "
                    "blanks or other characters that mean something to a shell", [What, Root]),
            HasStart orelse Exists(filename:join(Root, "bin/start")) orelse
                Fail("~ts restarts the emulator, but there is no program bin/start", [What])
    end
end,

%% A delta package lacks what the versions that it is for have.
CheckNeeds = fun(What, Facts, Has) ->
    #{vsn := Vsn, erts := Erts, apps := Apps, needs := Needs, from := From, kind := Kind} = Facts,
    Wanted = Needs ++ ["lib/" ++ LibName(A) || A <- Apps] ++ ["erts-" ++ Erts || Kind =:= full orelse Needs =/= []],
    Missing = [W || W <- lists:usort(Wanted), not Has(W), not IsDir(filename:join(Root, W))],
    case {Missing, From} of
        {[], _} -> ok;
        {_, []} -> Fail("~ts is not complete: ~ts is missing", [What, Joined(Missing)]);
        _ -> Fail("~ts is only what version ~ts has in addition to ~ts: ~ts is missing here",
            [What, Vsn, Joined(From), Joined(Missing)])
    end
end,

%% What runs is what release_handler believes to run, or its relup would change the wrong thing.
CheckRunning = fun() ->
    {_, _, Libs, _} = lists:keyfind(Running, 2, Known),
    Names = [{hd(string:split(L, "-")), L} || L <- Libs],
    Others = [A ++ "-" ++ V || {App, _, V} <- application:loaded_applications(), A <- [atom_to_list(App)],
        {_, L} <- [lists:keyfind(A, 1, Names)], L =/= A ++ "-" ++ V],
    Libs =/= [] orelse Fail("releases/RELEASES does not say what version ~ts consists of", [Running]),
    Others =:= [] orelse
        Fail("the node does not run version ~ts, as the release handler believes, but has ~ts: "
            "was it started with another version? stop and start it", [Running, Joined(Others)])
end,

CheckSpace = fun(What, Files) ->
    Needed = lists:sum([Size div 1024 + 4 || {_, _, _, Size} <- Files]),
    Output = os:cmd("LC_ALL=C df -Pk '" ++ lists:flatten(string:replace(Root, "'", "'\\''", all)) ++ "' 2>/dev/null"),
    case [string:lexemes(L, " \t") || L <- string:lexemes(Output, "\n")] of
        [_ | [_ | _] = Lines] ->
            case catch list_to_integer(lists:nth(4, lists:last(Lines))) of
                Free when is_integer(Free), Free < Needed + 1024 ->
                    Fail("no space: ~ts takes ~w MB, ~w MB are free in ~ts",
                        [What, Needed div 1024 + 1, Free div 1024, Root]);
                _ -> ok
            end;
        _ -> ok
    end
end,

%% Without its attributes a module cannot be replaced, neither the one to be loaded nor the one
%% that is loaded.
CheckModules = fun(What, Vsn, Script) ->
    Stripped = fun(File, Of) ->
        case beam_lib:version(File) of
            {ok, _} -> ok;
            %% What is for a newer emulator may be nothing for this one's beam_lib (OTP 28).
            {'EXIT', _} when hd(Script) =:= restart_new_emulator -> ok;
            {error, beam_lib, {missing_chunk, _, _}} ->
                Fail("~ts has been stripped of its attributes (chunk Attr), without which ~ts cannot be "
                    "upgraded", [File, Of]);
            {error, beam_lib, Why} -> Fail("~ts cannot be upgraded: ~ts", [Of, beam_lib:format_error(Why)])
        end
    end,
    [begin
        Lib = "lib/" ++ LibName({App, AppVsn}),
        File = Place(Lib ++ "/ebin/" ++ atom_to_list(M) ++ ".beam", Vsn),
        filelib:is_regular(File) orelse
            Fail("~ts is not complete: the relup loads ~ts of ~ts, which has no such module", [What, M, Lib]),
        Stripped(File, M),
        case code:is_loaded(M) of
            {file, Loaded} when is_list(Loaded) -> filelib:is_regular(Loaded) andalso Stripped(Loaded, M);
            _ -> ok
        end
    end || {load_object_code, {App, AppVsn, Ms}} <- Script, M <- Ms]
end,

%% Who still runs code that a soft purge would not remove.
OldProcesses = fun(M) ->
    Called = fun(P) ->
        case process_info(P, registered_name) of
            {_, Registration} -> io_lib:format("~ts (~w)", [Registration, P]);
            _ -> io_lib:format("~w", [P])
        end
    end,
    Ps = [P || P <- processes(), erlang:check_process_code(P, M) =:= true],
    io_lib:format("processes still run old code of module ~ts: ~ts; the upgrade is possible when they have "
        "ended or have gone on to the current code", [M, Joined([lists:flatten(Called(P)) || P <- Ps])])
end,

CheckProcesses = fun(Script) ->
    case Restarts(Script) orelse (catch release_handler_1:check_old_processes(Script, soft_purge)) of
        {error, M} -> Fail("~ts", [OldProcesses(M)]);
        _ -> ok
    end
end.
