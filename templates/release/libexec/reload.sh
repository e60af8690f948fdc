# shellcheck shell=sh
# A new configuration for the running node.

# reload_evaluation: sets $evaluation to what applies the file SYS_CONFIG_PATH on the node.
reload_evaluation() {
    erlang_binary "$SYS_CONFIG_PATH"
    text_evaluation "fun() ->
        $_reload_read,
        Path = Named(unicode:characters_to_list($literal)),
        New = ($_reload_providers)(lists:foldl(fun(F, Acc) -> Merge(Acc, Load(F)) end, [], Files(Path))),
        $_reload_differences,
        $_reload_apply
    end"
}

# What the node would read at a boot: all files of -config in their order, with the new one at
# the place of the one that the node was started with. Names in a file's list stand for other
# files, which lie beside it or are relative to the node's folder.
_reload_read='
        Fail = fun(Format, Arguments) -> throw({failed, io_lib:format(Format, Arguments)}) end,
        Named = fun(F) -> filename:join(filename:dirname(F), filename:basename(F, ".config") ++ ".config") end,
        Consult = fun(F) ->
            case file:consult(F) of
                {ok, [List]} when is_list(List) -> List;
                {ok, _} -> Fail("the configuration ~ts is not one list with a dot at its end", [F]);
                {error, Reason} -> Fail("cannot read the configuration ~ts: ~ts", [F, file:format_error(Reason)])
            end
        end,
        Check = fun(F, Term) ->
            case Term of
                {A, Env} when is_atom(A), is_list(Env) ->
                    case [T || T <- Env, not (is_tuple(T) andalso tuple_size(T) =:= 2 andalso is_atom(element(1, T)))] of
                        [] ->
                            Keys = [K || {K, _} <- Env],
                            case Keys -- lists:usort(Keys) of
                                [] -> Term;
                                [Twice | _] -> Fail("the configuration ~ts has the setting ~ts of ~ts twice", [F, Twice, A])
                            end;
                        [_ | _] -> Fail("the configuration ~ts has a setting of ~ts that is not {name, value}", [F, A])
                    end;
                _ -> Fail("the configuration ~ts has an entry that is not {application, [settings]}", [F])
            end
        end,
        Merge = fun(Old, Settings) ->
            lists:foldl(fun({A, Env}, Acc) ->
                Before = proplists:get_value(A, Acc, []),
                Now = lists:foldl(fun({K, V}, E) -> lists:keystore(K, 1, E, {K, V}) end, Before, Env),
                lists:keystore(A, 1, Acc, {A, Now})
            end, Old, Settings)
        end,
        Load = fun(F) ->
            lists:foldl(fun
                (Name, Acc) when is_list(Name) ->
                    Beside = filename:join(filename:dirname(F), Named(Name)),
                    Other = case filelib:is_regular(Beside) of true -> Beside; false -> Named(Name) end,
                    Merge(Acc, [Check(Other, T) || T <- Consult(Other)]);
                (Term, Acc) -> Merge(Acc, [Check(F, Term)])
            end, [], Consult(F))
        end,
        Files = fun(P) ->
            Given = case init:get_argument(config) of {ok, L} -> lists:append(L); error -> [] end,
            Booted = case os:getenv("RELEASE_SYS_CONFIG") of false -> P; B -> B ++ ".config" end,
            Found = [case Named(F) of Booted -> P; Other -> Other end || F <- Given],
            case lists:member(P, Found) of true -> Found; false -> Found ++ [P] end
        end'

# The same that Elixir does at boot, for a release that has providers.
_reload_providers="fun(Base) ->
            case proplists:get_value(config_provider_init, proplists:get_value(elixir, Base, [])) of
                #{providers := Providers} = Init ->
                    lists:foldl(fun({M, State}, Acc) ->
                        case M:load(Acc, State) of
                            Loaded when is_list(Loaded) -> Loaded;
                            _ -> Fail(\"the config provider ~ts has not returned a list\", [M])
                        end
                    end, 'Elixir.Config.Reader':merge(Base, maps:get(extra_config, Init, [])), Providers);
                _ -> Base
            end
        end"

# Settings on the VM's command line win as they do at boot. What the node had from its former
# configuration is known to the application controller alone.
_reload_differences='
        Fixed = [{A, K} || {A, Words} <- init:get_arguments(), {K, I} <- lists:zip(Words, lists:seq(1, length(Words))), I rem 2 =:= 1],
        Ours = fun
            (elixir, config_provider_init) -> false;
            (elixir, config_provider_booted) -> false;
            (A, K) -> not lists:member({A, atom_to_list(K)}, Fixed)
        end,
        Data = case lists:last(tuple_to_list(sys:get_state(application_controller))) of
            List when is_list(List) -> List;
            _ -> []
        end,
        Former = [{A, K} || {A, Env} <- Data, {K, _} <- Env, Ours(A, K)],
        Now = fun(A, K) ->
            case lists:keymember(A, 1, application:loaded_applications()) of
                true -> application:get_env(A, K);
                false ->
                    case lists:keyfind(K, 1, proplists:get_value(A, Data, [])) of
                        {K, V} -> {ok, V};
                        false -> undefined
                    end
            end
        end,
        Settings = [{A, K, V} || {A, Env} <- New, {K, V} <- Env, Ours(A, K)],
        Wanted = [{A, K} || {A, K, _} <- Settings],
        Gone = [AK || AK <- Former, not lists:member(AK, Wanted)],
        Default = fun(A, K) ->
            case code:where_is_file(atom_to_list(A) ++ ".app") of
                non_existing -> none;
                File ->
                    {ok, [{application, A, Keys}]} = file:consult(File),
                    lists:keyfind(K, 1, proplists:get_value(env, Keys, []))
            end
        end'

_reload_apply='
        Before = application_controller:prep_config_change(),
        Report = [case Now(A, K) of
                {ok, V} -> [];
                {ok, _} -> io_lib:format("changed ~ts: ~tp~n", [A, K]);
                undefined -> io_lib:format("new ~ts: ~tp~n", [A, K])
            end || {A, K, V} <- Settings] ++
            [io_lib:format("removed ~ts: ~tp~n", [A, K]) || {A, K} <- Gone],
        [application:set_env(A, K, V, [{persistent, true}]) || {A, K, V} <- Settings],
        [begin
            application:unset_env(A, K, [{persistent, true}]),
            case Default(A, K) of
                {K, V} -> application:set_env(A, K, V);
                _ -> ok
            end
        end || {A, K} <- Gone],
        case application_controller:config_change(Before) of
            ok -> [Report, "ok"];
            {error, Errors} ->
                Fail("the settings are changed, but the applications report errors: ~tp", [Errors])
        end'
