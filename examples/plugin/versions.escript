#!/usr/bin/env escript
%% A plugin of relc in Erlang: writes the applications of a release and their versions into
%% its VERSIONS. What is in the release comes as JSON on standard input; the few values that
%% are wanted are found in it line by line (OTP has a JSON library from release 27 on).
%%
%%     plugins: [{rel/plugins/versions.escript: [VERSIONS]}]

main(["after_assembly", Name]) ->
    Values = values(["\"name\"", "\"version\""]),
    [_Release, _Vsn | Apps] = Values,
    File = filename:join(os:getenv("RELC_RELEASE_DIR"), Name),
    ok = file:write_file(File, lines(Apps)),
    io:format("~b applications in ~ts~n", [length(Apps) div 2, Name]);
main([_Event | _]) ->
    ok.

lines([Name, Vsn | Rest]) -> [Name, " ", Vsn, "\n" | lines(Rest)];
lines([]) -> [].

values(Keys) ->
    case io:get_line("") of
        eof -> [];
        Line ->
            case string:split(string:trim(Line), ": ") of
                [Key, Value] ->
                    [string:trim(Value, both, "\",") || lists:member(Key, Keys)] ++ values(Keys);
                _ -> values(Keys)
            end
    end.
