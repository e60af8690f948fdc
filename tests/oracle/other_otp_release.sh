#!/bin/sh
# Releases for the Erlang and Elixir of a chroot, built outside of it and run inside:
#
#     CHROOT=DIR TMPDIR=DIR/tmp CHROOT_ELIXIR=VSN other_otp_release.sh BUILD_DIR
#
# Started by other_otp_suite.sh in a mount namespace of its own.
# shellcheck disable=SC2154 # shared with lib.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/../e2e/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/other_otp_lib.sh"

: "${CHROOT_ELIXIR:?}"
erts=$(erts_of "$chroot_erlang")

# configure APPLICATION SETTING: rel/ of a project in $work/project.
configure() {
    mkdir -p "$work/project/rel"
    cat >"$work/project/rel/config.yaml" <<END
environments:
  prod:
    include_erts: $chroot_erlang
    vm_args: rel/vm.args
releases:
  $1:
    $2
    applications: [$1, runtime_tools]
END
    printf -- '-name %s\n' "$node" >"$work/project/rel/vm.args"
}

# No Erlang and no Elixir on PATH: relc runs neither.
build_release() {
    rm -rf "$work/release"
    in_folder "$work/project" env PATH=/nowhere "$relc" build --env=prod \
        --output "$work/release"
    expect "$name: relc build" 0 '*' '*' || give_up "$name: there is a release"
    case $err in
    *warning*) not_ok "$name: relc build without warnings" "$err" ;;
    esac
    release=$work/server
    rm -rf "$release"
    mkdir "$release"
    tar -xzf "$work/release/releases/$1/$name.tar.gz" -C "$release"
}

# What this OTP's systools makes of the release's .rel.
same_as_systools() {
    mkdir "$work/systools"
    cp "$release/releases/$1/$name.rel" "$work/systools/"
    inside systools erl -noshell -eval "
        {ok, _, _} = systools:make_script(\"$name\", [silent, {path, [\"../server/lib/*/ebin\"]}]),
        halt()."
    expect "$name: systools makes a boot script" 0 '' ''
    check "$name: $name.boot and start.boot are systools'" \
        cmp "$work/systools/$name.boot" "$release/releases/$1/$name.boot"
    check "$name: start.boot is the same" \
        cmp "$work/systools/$name.boot" "$release/releases/$1/start.boot"
}

# life EXPRESSION VALUE RAISING-EXPRESSION PRINTING-EXPRESSION OUTPUT
life() {
    hide_erlang
    node start
    expect "$name: start" 0 '' '' ||
        give_up "$name: the node is up" "$(cat "$release"/var/log/* 2>&1)"
    node ping
    expect "$name: ping" 0 pong ''
    runs_own_emulator "$name" "$erts"
    node rpc "$1"
    expect "$name: rpc" 0 "$2" ''
    node rpc "$3"
    expect "$name: an rpc that raises" 1 '' '*oops*'
    node rpc "$4"
    expect "$name: an rpc that prints" 0 "$5" ''
    node eval "$4"
    expect "$name: eval" 0 "${5%"$newline"*}" ''
    node eval "$3"
    expect "$name: an eval that raises" 1 '' '*oops*'
    node restart
    expect "$name: restart" 0 ok ''
    node rpc "$1"
    expect "$name: rpc after the restart" 0 "$2" ''
    node stop
    expect "$name: stop" 0 ok ''
    check "$name: the node is gone" process_gone "$pid"
    node ping
    expect "$name: ping without a node" 1 '' '*is not running*'
    show_erlang
}

# console EXPRESSION VALUE EXPRESSION-THAT-ENDS
console() {
    hide_erlang
    terminal_open "'$work/inside' '${release#"$CHROOT"}/bin/$name' console"
    terminal_shows "$name: the console has a prompt" 30 '1>'
    terminal_type "$1\\r"
    terminal_shows "$name: the console evaluates" 20 "$2"
    terminal_type "$3\\r"
    terminal_close 20
    same "$name: the console ends" 0 "$status"
    [ "$status" = 0 ] || end_processes
    show_erlang
}

erlang_release() {
    name=tally
    mkdir "$work/project"
    cp -R "$top/examples/erlang/src" "$top/examples/erlang/build.sh" "$work/project/"
    inside project sh build.sh
    expect "$name compiles" 0 '*' '*' || return
    configure tally 'lib_dirs: [.]'
    build_release 1.0.0
    same_as_systools 1.0.0
    life 'tally:vote(tea)' '{ok,1}' 'error(oops)' \
        'io:format("~ts~n", [[26085, 26412]])' "日本${newline}ok"
    console '6 * 7 + 4000.' 4042 'init:stop().'
    rm -rf "$work/project"
}

elixir_release() {
    name=sequence
    run sh "$top/examples/sequence/use_version.sh" 0.1.0 "$work/project"
    inside project mix compile
    expect "$name compiles" 0 '*' '*' || return
    configure sequence "elixir_root: $CHROOT/usr/lib/elixir"
    build_release 0.1.0
    life 'Sequence.Server.next_number()' 456 'raise "oops"' \
        'IO.puts("日本")' "日本${newline}:ok"
    console '6 * 7 + 4000' 4042 'System.stop()'
}

erlang_release
case $CHROOT_ELIXIR in
1.[0-9].* | 1.10.*) skip "examples/sequence" "it needs Elixir 1.11, this is $CHROOT_ELIXIR" ;;
*) elixir_release ;;
esac
