#!/bin/sh
# A real server, the ejabberd of Debian: 30 applications from two folders, half of them
# included ones, with native code in their priv folders. It has to serve its port.

. "$(dirname "$0")/lib.sh"

need erl
name=ejabberd
libraries=/usr/lib/x86_64-linux-gnu
# For another architecture the folder has another name.
[ -d "$libraries/ejabberd-23.01" ] ||
    libraries=$(dirname "$(find /usr/lib -maxdepth 2 -name 'ejabberd-[0-9]*' | head -n 1)")
ejabberd=$(find "$libraries" -maxdepth 1 -name 'ejabberd-[0-9]*' -type d)
[ -d "$ejabberd" ] || give_up 'ejabberd is installed' 'apt-get install ejabberd'

erlang() {
    timeout "$limit" erl -noinput -boot start_clean -eval "$1" -s init stop -extra "$2"
}

free_port() {
    # shellcheck disable=SC2016
    erlang '{ok, S} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]), {ok, P} = inet:port(S),
        io:format("~w~n", [P]), gen_tcp:close(S).' ''
}

# Sends the header of an XMPP stream and prints what comes back.
greet() {
    erlang '{ok, S} = gen_tcp:connect({127, 0, 0, 1}, list_to_integer(hd(init:get_plain_arguments())),
            [binary, {active, false}, {send_timeout, 5000}], 5000),
        ok = gen_tcp:send(S, ["<?xml version=\"1.0\"?><stream:stream to=\"localhost\" ",
            "version=\"1.0\" xmlns=\"jabber:client\" ",
            "xmlns:stream=\"http://etherx.jabber.org/streams\">"]),
        Read = fun Read(Old) ->
            case binary:match(Old, <<"</stream:features>">>) of
                nomatch -> {ok, B} = gen_tcp:recv(S, 0, 10000), Read(<<Old/binary, B/binary>>);
                _ -> Old
            end
        end,
        io:format("~ts~n", [Read(<<>>)]).' "$port"
}

port=$(free_port)
export EJABBERD_CONFIG_PATH="$work/state/ejabberd.yml" \
    EJABBERD_LOG_PATH="$work/state/log/ejabberd.log" SPOOL_DIR="$work/state/spool"
mkdir -p "$work/project/rel" "$work/state/log" "$work/state/spool"
cat >"$EJABBERD_CONFIG_PATH" <<END
hosts: [localhost]
listen:
  - {port: $port, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false}
auth_method: internal
auth_password_format: scram
modules: {mod_disco: {}, mod_ping: {}, mod_version: {}}
END
cat >"$work/project/rel/config.yaml" <<END
environments:
  prod: {include_erts: true, sys_config: rel/sys.config, vm_args: rel/vm.args}
releases:
  ejabberd:
    lib_dirs: ["$ejabberd"]
    applications: [ejabberd]
END
cat >"$work/project/rel/sys.config" <<END
[{mnesia, [{dir, "$work/state/spool"}]},
 {ejabberd, [{quiet, true}]}].
END
printf -- '-name %s\n+K true\n' "$node" >"$work/project/rel/vm.args"

built 'relc build of ejabberd' "$work/project" --env=prod --warnings-as-errors
release=$work/server
mkdir "$release"
tar -xzf "$work"/project/build/rel/ejabberd/releases/*/ejabberd.tar.gz -C "$release"

node start
expect 'start' 0 '' '' || give_up 'ejabberd is up' "$(tail -n 30 "$work/state/log/ejabberd.log")"
node pid
pid=$out
check 'its port is open' wait_for 30 grep -q 'Start accepting TCP connections' \
    "$work/state/log/ejabberd.log"
run greet
expect 'it answers the header of a stream' 0 \
    "*<stream:stream*from='localhost'*<stream:features>*SCRAM*</stream:features>*" ''

node rpc 'ejabberd_config:get_option(hosts)'
expect 'it has read its configuration' 0 '\[<<"localhost">>]' ''
node rpc 'ejabberd_auth:try_register(<<"ann">>, <<"localhost">>, <<"secret">>)'
expect 'a user is registered' 0 ok ''
node rpc 'ejabberd_admin:registered_users(<<"localhost">>)'
expect 'the user is known' 0 '\[<<"ann">>]' ''
node rpc '[ejabberd_auth:check_password(<<"ann">>, <<>>, <<"localhost">>, P) || P <- [<<"secret">>, <<"guess">>]]'
expect 'passwords are checked' 0 '\[true,false]' ''
node rpc 'fxml:element_to_binary(fxml_stream:parse_element(<<"<a b=\"1\">c</a>">>))'
expect 'native code works' 0 "<<\"<a b='1'>c</a>\">>" ''
node rpc 'mnesia:system_info(directory)'
expect "the database is in the test's folder" 0 "\"$work/state/spool\"" ''

# All that is mapped of native code, and all modules, must come from the release.
own=$(grep -o "$release/lib/[^ ]*\.so" "/proc/$pid/maps" | sort -u | wc -l)
check "native libraries of the release are loaded ($own)" [ "$own" -ge 10 ]
same "no native library of the installation is loaded" '' \
    "$(grep -o '/usr/lib/erlang/.*' "/proc/$pid/maps" | sort -u)"
node rpc '[F || {_, F} <- code:all_loaded(), is_list(F), filename:pathtype(F) =:= absolute,
    not lists:prefix(code:root_dir(), F)]'
expect "no module of the installation is loaded" 0 '\[]' ''

node restart
expect 'restart' 0 ok ''
serves() {
    greet 2>/dev/null | grep -q '</stream:features>'
}
check 'its port is open again' wait_for 30 serves
node rpc 'ejabberd_auth:user_exists(<<"ann">>, <<"localhost">>)'
expect 'the user is still known' 0 true ''
node stop
expect 'stop' 0 ok ''
check 'the process is gone' process_gone "$pid"
check_not 'the port is closed' serves
