#!/bin/sh
# Hot upgrades of a release for the Erlang of a chroot, built outside of it and run inside:
#
#     CHROOT=DIR TMPDIR=DIR/tmp other_otp_upgrade.sh BUILD_DIR
#
# Started by other_otp_suite.sh in a mount namespace of its own.
# shellcheck disable=SC2034,SC2154 # shared with lib.sh and upgrade_lib.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/../e2e/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../e2e/upgrade_lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/other_otp_lib.sh"

erts=$(erts_of "$chroot_erlang")
otp=$(otp_of "$chroot_erlang")

# second_server CODE-CHANGE: its state is a record, of which version 1 had the number alone.
second_server() {
    module demo_server <<END
-module(demo_server).
-behaviour(gen_server).
-vsn("2").
-export([start_link/0, next/0, init/1, handle_call/3, handle_cast/2, code_change/3]).
-record(counter, {next}).
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
next() -> gen_server:call(?MODULE, next).
init([]) -> {ok, #counter{next = 1}}.
handle_call(next, _, #counter{next = N} = Counter) ->
    {reply, {second, N}, Counter#counter{next = N + 1}}.
handle_cast(_, Counter) -> {noreply, Counter}.
$1
END
}
converting='code_change("1", N, _) -> {ok, #counter{next = N}};
code_change({down, "1"}, #counter{next = N}, _) -> {ok, N}.'
crashing='code_change(_, _, _) -> error(told_to_crash).'

# second_version OPTION...: what of the application's first one becomes another.
second_version() {
    second_server "$converting"
    edit demo_other 's/version() -> 1/version() -> demo_new:version()/'
    module demo_new <<'END'
-module(demo_new).
-export([version/0]).
version() -> 2.
END
    build_options=$*
    upgrade_options=--upgrade
    version 2
    case $err in
    *warning*) not_ok "$scene: an upgrade is built without warnings" "$err" ;;
    *) expect "$scene: an upgrade is built" 0 '*' '*Generated .appup for demo 1 -> 2*Relup successfully created*' ;;
    esac
}

# --- packages ------------------------------------------------------------------------

# The same release in the same versions, for this machine's Erlang.
foreign_package() {
    (
        # shellcheck disable=SC2317 # it is called by version
        compile() { erlc +debug_info -o "$1/ebin" "$1"/src/*.erl; }
        scene foreign
        version 1
        second_version
        [ "$failures" -eq 0 ]
    ) || give_up 'there is a package for another OTP'
    foreign=$work/foreign/project/build/rel/demo/releases/2/demo.tar.gz
}

own_packages() {
    include_erts=$chroot_erlang
    scene hot
    version 1
    second_version --delta
    output=$project/build/rel/demo
    same_as_systools
    second_server "$crashing"
    sed -i 's/-vsn("2")/-vsn("3")/' "$project/src/demo_server.erl"
    upgrade_options='--upgrade --no-check'
    version 3
}

# The relup is what this OTP's systools makes of the same .rel files and the appup.
same_as_systools() {
    inside hot/project/build/rel/demo erl -noshell -eval '
        Rel = fun(Vsn) -> "releases/" ++ Vsn ++ "/demo" end,
        {ok, Made, _, _} = systools:make_relup(Rel("2"), [Rel("1")], [Rel("1")],
            [silent, noexec, {path, ["lib/*/ebin"]}]),
        {ok, [Made]} = file:consult("releases/2/relup"),
        halt().'
    expect "$scene: the relup is what systools makes" 0 '' ''
}

# --- on the node ---------------------------------------------------------------------

server='pid_to_list(whereis(demo_server))'

# counts WHAT NEXT VERSION: the server's answer, and the code of other modules.
counts() {
    says "$1" '{demo_server:next(), demo:version(), element(2, application:get_key(demo, vsn))}' \
        "{$2,$3,\"$3\"}"
}

same_processes() {
    node pid
    same "$scene: the same emulator" "$pid" "$out"
    node rpc "$server"
    same "$scene: the same process" "$process" "$out"
}

# refused WHAT PACKAGE REASON
refused() {
    mkdir -p "$release/releases/2"
    cp "$2" "$release/releases/2/demo.tar.gz"
    node upgrade 2
    expect "$scene: $1 is refused" 1 '*attempting to unpack*' "$3"
    node versions
    expect "$scene: $1: there is one version" 0 '* 1  *permanent, running' ''
    rm -r "$release/releases/2"
}

is_changed() {
    expect "$scene: $1" 0 "*Installed Release: $2${newline}Made release permanent: \"$2\"" ''
}

up_and_down() {
    cp "$output/releases/2/demo-delta.tar.gz" "$release/releases/demo-2.tar.gz"
    node upgrade 2
    is_changed 'upgrade from a delta package' 2
    counts 'the state went through code_change' '{second,3}' 2
    node downgrade 1
    is_changed downgrade 1
    counts 'and back' 4 1
    says 'the new module is gone' 'code:is_loaded(demo_new)' false
    node upgrade 2
    is_changed 'upgrade again' 2
    counts 'the state is kept' '{second,5}' 2
    same_processes
    node restart
    expect "$scene: restart" 0 ok ''
    counts 'it is the new version with a new state' '{second,1}' 2
}

crash() {
    upgrades_to 3
    expect "$scene: a code_change that crashes" 1 '*now installing.' \
        '*code_change of demo_server failed in process <*>: told_to_crash in demo_server:code_change/3 (*demo_server.erl:*); the node was restarted and runs 2'
    counts 'the node is in version 2' '{second,1}' 2
}

remove() {
    node remove 3
    expect "$scene: remove" 0 'Removed Release: 3' ''
    node versions
    expect "$scene: versions" 0 "\\* 2  *permanent, running${newline}  1  *old" ''
    node downgrade 1
    is_changed 'downgrade after all that' 1
    node remove 2
    expect "$scene: remove of the upgrade, from which code is loaded" 0 \
        "Removed Release: 2${newline}The node has loaded code from lib/demo-2, which stays: remove 2 once more after the next start" ''
    node versions
    expect "$scene: it is forgotten" 0 "\* 1  *permanent, running" ''
    node restart
    expect "$scene: restart of version 1" 0 ok ''
    node remove 2
    expect "$scene: remove of the rest" 0 'Removed Release: 2' ''
    same "$scene: its files are gone" 'demo-1 1' \
        "$(cd "$release/lib" && echo demo*) $(cd "$release/releases" && echo [0-9]*)"
}

life() {
    hide_erlang
    node_starts
    runs_own_emulator "$scene" "$erts"
    counts 'the first version counts' 1 1
    node rpc "$server"
    process=$out
    refused 'a package for another OTP' "$foreign" \
        "*is for OTP * (ERTS *), this node runs OTP $otp (ERTS ${erts#erts-}); its relup does not restart the emulator"
    head -c 300000 "$output/releases/2/demo.tar.gz" >"$work/damaged.tar.gz"
    refused 'a damaged package' "$work/damaged.tar.gz" '*is damaged: it is cut off'
    counts 'the node goes on' 2 1
    up_and_down
    crash
    remove
    node stop
    expect "$scene: stop" 0 ok ''
    show_erlang
}

foreign_package
own_packages
life
