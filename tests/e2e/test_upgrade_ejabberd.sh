#!/bin/sh
# The ejabberd of Debian with a new version of one of its libraries, installed and taken back
# while a client is connected and sends pings.

. "$(dirname "$0")/lib.sh"

need erl erlc escript
name=ejabberd
ejabberd=$(find /usr/lib -maxdepth 2 -name 'ejabberd-[0-9]*' -type d | sort | head -n 1)
[ -d "$ejabberd" ] || give_up 'ejabberd is installed' 'apt-get install ejabberd'
library=$(find /usr/lib/erlang/lib -maxdepth 1 -name 'p1_xmpp-*')
old=${library##*-}
project=$work/project
packages=$project/build/rel/ejabberd/releases

# --- a library with another version of one module -------------------------------------

# From its debug information: the text for a wrong password changes.
cat >"$work/patch.escript" <<'END_OF_FILE'
#!/usr/bin/env escript
main([Beam, To]) ->
    {ok, {Module, [{abstract_code, {_, Forms}}]}} = beam_lib:chunks(Beam, [abstract_code]),
    Changed = changed(Forms),
    true = Changed =/= Forms,
    {ok, Module, Code} = compile:forms(Changed, [debug_info]),
    ok = file:write_file(To, Code).

changed("Invalid username or password") -> "No such user or password";
changed(L) when is_list(L) -> [changed(E) || E <- L];
changed(T) when is_tuple(T) -> list_to_tuple(changed(tuple_to_list(T)));
changed(Other) -> Other.
END_OF_FILE
new=$work/changed/xmpp-$old.1
mkdir -p "$work/changed"
cp -RL "$library" "$new"
chmod -R u+w "$new"
sed "s/{vsn,\"$old\"}/{vsn,\"$old.1\"}/" "$library/ebin/xmpp.app" >"$new/ebin/xmpp.app"
run escript "$work/patch.escript" "$library/ebin/xmpp_sasl_plain.beam" "$new/ebin/xmpp_sasl_plain.beam"
expect 'a module is changed' 0 '' ''

# --- two releases --------------------------------------------------------------------

port=$(erl -noinput -boot start_clean -eval '{ok, S} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]),
    {ok, P} = inet:port(S), io:format("~w~n", [P]), halt().')
export EJABBERD_CONFIG_PATH="$work/state/ejabberd.yml" \
    EJABBERD_LOG_PATH="$work/state/log/ejabberd.log" SPOOL_DIR="$work/state/spool"
mkdir -p "$project/rel" "$work/state/log" "$work/state/spool"
cat >"$EJABBERD_CONFIG_PATH" <<EOF
hosts: [localhost]
listen:
  - {port: $port, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false}
auth_method: internal
modules: {mod_disco: {}, mod_ping: {}}
EOF
# settings VERSION LIBRARY-VERSION
settings() {
    cat >"$project/rel/config.yaml" <<EOF
environments:
  prod: {sys_config: rel/sys.config, vm_args: rel/vm.args, strip_debug_info: true}
releases:
  ejabberd:
    version: "$1"
    lib_dirs: ["$ejabberd", "$work/changed"]
    applications: [ejabberd, xmpp: {version: "$2"}]
EOF
}
echo "[{mnesia, [{dir, \"$work/state/spool\"}]}, {ejabberd, [{quiet, true}]}]." >"$project/rel/sys.config"
printf -- '-name %s\n+K true\n' "$node" >"$project/rel/vm.args"
settings 1.0 "$old"
built '1.0' "$project" --env=prod
settings 1.1 "$old.1"
built '1.1' "$project" --env=prod --upgrade --delta
printf '# full package: %d bytes, delta package: %d bytes\n' \
    "$(stat -c %s "$packages/1.1/ejabberd.tar.gz")" "$(stat -c %s "$packages/1.1/ejabberd-delta.tar.gz")"
same 'the delta has one application' "lib/xmpp-$old.1" \
    "$(tar -tzf "$packages/1.1/ejabberd-delta.tar.gz" | sed -n 's,^\(lib/[^/]*\)/.*,\1,p' | sort -u)"

# --- a client ------------------------------------------------------------------------

# client.erl: `pings` logs in and sends pings without a pause until the file is there; `wrong`
# tells what is said about a wrong password.
cat >"$work/client.erl" <<'END_OF_FILE'
-module(client).
-export([main/1]).

main(["pings", Port, File]) ->
    S = opened(Port),
    "<success" ++ _ = said(S, auth("secret"), "/>"),
    said(S, header(), "</stream:features>"),
    said(S, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "</iq>"),
    ok = file:write_file(File ++ ".ready", ""),
    io:format("~w~n", [pings(S, File, 0)]),
    halt();
main(["wrong", Port]) ->
    io:format("~s~n", [said(opened(Port), auth("guess"), "</failure>")]),
    halt().

opened(Port) ->
    {ok, S} = gen_tcp:connect({127, 0, 0, 1}, list_to_integer(Port), [{active, false}], 5000),
    said(S, ["<?xml version='1.0'?>", header()], "</stream:features>"),
    S.

header() ->
    "<stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>".

auth(Password) ->
    ["<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>",
     base64:encode(lists:append([[0], "ann", [0], Password])), "</auth>"].

pings(S, File, N) ->
    Id = integer_to_list(N),
    Ping = ["<iq type='get' to='localhost' id='p", Id, "'><ping xmlns='urn:xmpp:ping'/></iq>"],
    Answer = said(S, Ping, "/>"),
    {match, _} = re:run(Answer, "<iq.*type='result'"),
    {match, _} = re:run(Answer, ["id='p", Id, "'"]),
    case filelib:is_regular(File) of
        true -> N + 1;
        false -> pings(S, File, N + 1)
    end.

%% Sends a text and reads until the end of the answer is there.
said(S, Text, End) -> ok = gen_tcp:send(S, Text), read(S, End, "").

read(S, End, Old) ->
    case string:find(Old, End) of
        nomatch -> {ok, More} = gen_tcp:recv(S, 0, 20000), read(S, End, Old ++ More);
        _ -> Old
    end.
END_OF_FILE
erlc -o "$work" "$work/client.erl" || give_up 'the client compiles'
client() {
    # Its cookie must not become that of the node.
    HOME=$work/client timeout "$limit" erl -noinput -boot start_clean -pa "$work" -run client main "$@"
}
mkdir "$work/client"

# --- up and down ---------------------------------------------------------------------

fresh "$packages/1.0/ejabberd.tar.gz"
node start
expect 'start' 0 '' '' || give_up 'ejabberd is up' "$(tail -n 30 "$work/state/log/ejabberd.log")"
check 'its port is open' wait_for 30 grep -q 'Start accepting TCP connections' "$EJABBERD_LOG_PATH"
answer 'a user' 'ejabberd_auth:try_register(<<"ann">>, <<"localhost">>, <<"secret">>)' ok
client pings "$port" "$work/stop" >"$work/pings" 2>&1 &
pings=$!
wait_for 30 [ -f "$work/stop.ready" ] || give_up 'a client logs in' "$(cat "$work/pings")"

# of_version VERSION LIBRARY-VERSION TEXT
of_version() {
    run client wrong "$port"
    expect "$1: the code is that of xmpp $2" 0 "*$3*" ''
    answer "$1: and so is the application" '{_, _, V} = lists:keyfind(xmpp, 1, application:which_applications()), V' "\"$2\""
    answer "$1: the client is connected" 'length(ejabberd_sm:get_user_resources(<<"ann">>, <<"localhost">>))' 1
}

of_version '1.0' "$old" 'Invalid username or password'
node pid
pid=$out
deliver "$packages/1.1/ejabberd-delta.tar.gz" 1.1
changes upgrade 1.1
of_version '1.1' "$old.1" 'No such user or password'
changes downgrade 1.0
of_version 'down again' "$old" 'Invalid username or password'
changes upgrade 1.1
of_version 'up again' "$old.1" 'No such user or password'
node pid
expect 'the process is the same' 0 "$pid" ''

: >"$work/stop"
wait "$pings"
same 'the client has lost no ping' 0 "$?"
printf '# pings: %s\n' "$(cat "$work/pings")"
# The logger tells of every crash.
same 'nothing has crashed' '' "$(grep -i 'crash\|error' "$EJABBERD_LOG_PATH" | head -n 5)"
node restart
expect 'restart' 0 ok ''
serves() {
    client wrong "$port" >/dev/null 2>&1
}
check 'its port is open again' wait_for 30 serves
run client wrong "$port"
expect 'after a restart it is still 1.1' 0 '*No such user or password*' ''
node stop
expect 'stop' 0 ok ''
