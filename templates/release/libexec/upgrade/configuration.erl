%% The configuration of the new version, which release_handler takes from nowhere but
%% releases/VSN/sys.config: neither the operator's file nor what a config provider gives. So the
%% whole of it stands there while the version is installed, and the file as it was is kept.

PristineFile = filename:join(Work, "sys.config"),
PristineOf = filename:join(Work, "sys.config.of"),

Restore = fun() ->
    case file:read_file(PristineOf) of
        {ok, Path} ->
            Exists(PristineFile) andalso Must(file:rename(PristineFile, filename:join(Root, binary_to_list(Path))),
                "write", Path),
            file:delete(PristineOf),
            ok;
        {error, _} -> ok
    end
end,

%% Environment variables of the node that say which version it is: [{Variable, Value}].
VersionVariables = fun() ->
    case file:read_file(maps:get(environment, Given)) of
        {ok, Bytes} ->
            [{Variable, Value} || Line <- string:split(unicode:characters_to_list(Bytes), "\n", all),
                [Variable, Value] <- [string:split(Line, "=")]];
        {error, _} -> []
    end
end,

%% What a later start may take for its caller's wish stays known as the script's own value:
%% see main.sh.
SetVariables = fun(New) ->
    Defaults = case os:getenv("RELEASE_DEFAULTS") of false -> ""; Value -> Value end,
    Lines = [case string:split(Line, "=") of
        [Variable, Before] ->
            case {lists:keyfind(Variable, 1, New), os:getenv(Variable)} of
                {{_, Now}, Before} when is_list(Now) -> Variable ++ "=" ++ Now;
                _ -> Line
            end;
        _ -> Line
    end || Line <- string:split(Defaults, "\n", all)],
    [case V of false -> os:unsetenv(N); _ -> os:putenv(N, V) end || {N, V} <- New],
    Defaults =:= "" orelse os:putenv("RELEASE_DEFAULTS", lists:append(lists:join("\n", Lines))),
    ok
end,

%% Providers of the new version run before its code is there: where one is new, too, it is
%% found in the new version's folders.
WithNewCode = fun(Apps, Do) ->
    Paths = [P || A <- Apps, P <- [filename:join([Root, "lib", LibName(A), "ebin"])],
        IsDir(P), not lists:member(P, code:get_path())],
    code:add_pathsz(Paths),
    try Do() after [code:del_path(P) || P <- Paths] end
end,

%% All that the version is configured with: as a start would find it (ConfigFiles, LoadConfig,
%% MergeConfig and RunProviders are reload.sh's), with the environment of the new version.
Effective = fun(Apps) ->
    Path = maps:get(config, Given),
    Variables = VersionVariables(),
    Before = [{N, os:getenv(N)} || {N, _} <- Variables],
    All = ConfigFiles(Path),
    SetVariables(Variables),
    try
        Base = lists:foldl(fun(F, Sum) -> MergeConfig(Sum, LoadConfig(F)) end, [], All),
        case proplists:get_value(config_provider_init, proplists:get_value(elixir, Base, [])) of
            #{providers := List} ->
                WithNewCode(Apps, fun() ->
                    [code:ensure_loaded(M) || {M, _} <- List],
                    RunProviders(Base)
                end);
            _ -> Base
        end
    after
        SetVariables(Before)
    end
end,

%% Values that cannot be written into a file, as references, are set afterwards.
Writable = fun(V) ->
    try {ok, V} =:= Term(unicode:characters_to_binary(io_lib:format("~tw.", [V])))
    catch _:_ -> false
    end
end,

Substitute = fun(Vsn, Config) ->
    File = "releases/" ++ Vsn ++ "/sys.config",
    Path = filename:join(Root, File),
    Plain = [{A, [{K, V} || {K, V} <- Env, Writable(V)]} || {A, Env} <- Config],
    case ReadTerm(Path) of
        {ok, Plain} -> ok;
        Present ->
            Present =:= none orelse begin
                file:delete(PristineFile),
                case file:make_link(Path, PristineFile) of
                    ok -> ok;
                    {error, _} -> {ok, _} = file:copy(Path, PristineFile)
                end,
                WriteFile(PristineOf, File),
                Flush()
            end,
            WriteFile(Path, unicode:characters_to_binary(
                io_lib:format("%% coding: utf-8~n%% for the time of the upgrade~n~tw.~n", [Plain])))
    end,
    [{A, K, V} || {A, Env} <- Config, {K, V} <- Env, not Writable(V)]
end,

%% --- the environment of the applications, to be put back -----------------------------------

ConfigData = fun() ->
    case lists:last(tuple_to_list(sys:get_state(application_controller))) of
        Data when is_list(Data) -> Data;
        _ -> []
    end
end,

Environment = fun() ->
    [{A, application:get_all_env(A)} || {A, _, _} <- application:loaded_applications()]
end,

%% The applications as the boot file of a version describes them.
AppsOf = fun(Vsn) ->
    {ok, Boot} = file:read_file(filename:join([Releases, Vsn, "start.boot"])),
    {script, _, Script} = binary_to_term(Boot),
    lists:append([case I of
        {kernelProcess, application_controller, {application_controller, start, [App]}} -> [App];
        {apply, {application, load, [App]}} -> [App];
        _ -> []
    end || I <- Script])
end,

%% What the applications have set at run time stays, as all their state does, unless the new
%% version has another value for it than the old one: [{App, [{Key, Value}]}].
SetAtRunTime = fun(Vsn, Config) ->
    Defaults = fun(V) -> [{A, proplists:get_value(env, Keys, [])} || {application, A, Keys} <- AppsOf(V)] end,
    Of = fun(From, A, K) -> lists:keyfind(K, 1, proplists:get_value(A, From, [])) end,
    Configured = fun(Sources, A, K) ->
        case [P || S <- Sources, P <- [Of(S, A, K)], P =/= false] of [First | _] -> First; [] -> none end
    end,
    {Old, New} = {[ConfigData(), Defaults(Running)], [Config, Defaults(Vsn)]},
    [{A, [Setting || {K, _} = Setting <- Env, Configured(Old, A, K) =/= Setting,
            Configured(Old, A, K) =:= Configured(New, A, K)]} ||
        {A, Env} <- Environment(), lists:keymember(A, 1, Defaults(Vsn))]
end,

PutBack = fun({Data, Envs}) ->
    Before = application_controller:prep_config_change(),
    application_controller:change_application_data(AppsOf(Running), Data),
    [begin
        Now = application:get_all_env(A),
        [application:set_env(A, K, V) || {K, V} <- Env, lists:keyfind(K, 1, Now) =/= {K, V}],
        [application:unset_env(A, K) || {K, _} <- Now, not lists:keymember(K, 1, Env)]
    end || {A, Env} <- Envs],
    application_controller:config_change(Before),
    ok
end.
