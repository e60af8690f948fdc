#!/bin/sh
# The release where there is no Erlang: with a PATH that has none, in an environment with
# nothing in it, after it has been moved, and in a root folder of its own that holds
# nothing but busybox and shared libraries.

. "$(dirname "$0")/lib.sh"

need mix busybox ldd
name=sequence

sequence_project 0.1.0 "$work/project"
initialised "$work/project"
built 'relc build' "$work/project" --env=prod --tar-only
tarball=$work/project/_build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz

unpack() {
    release=$1
    mkdir -p "$release"
    tar -xzf "$tarball" -C "$release"
}

# --- nothing of the build host is baked in -------------------------------------------

# Modules keep the names of their source files, which are never opened.
free_of_build_host() {
    for path in "$work" "$(dirname "$(dirname "$(readlink -f "$(command -v erl)")")")" /usr/lib/elixir; do
        found=$(grep -rl --exclude='*.beam' -e "$path" "$release" | grep -v '/priv/.*\.so$')
        same "no file but compiled code names $path" '' "$found"
    done
    same 'no link leads out of the release' '' "$(find "$release" -type l -lname '/*')"
}

# --- a PATH without Erlang -----------------------------------------------------------

# POSIX tools, and two that every system has beside them.
tools='awk cat chmod cut date dirname env find grep head kill ln ls mkdir mv od ps rm rmdir
    sed sh sleep sort stty tail tr uname wc hostname readlink'

launch() {
    env -i PATH="$work/tools" timeout "$limit" "$@"
}

without_erlang_on_path() {
    mkdir "$work/tools"
    for tool in $tools timeout; do
        ln -s "$(command -v "$tool")" "$work/tools/$tool"
    done
    run launch erl -version
    expect 'erl is not found on PATH' 127 '' '*'
    node start
    expect 'start with an empty environment' 0 '' '' || return
    node rpc 'Sequence.Server.next_number()'
    expect 'rpc' 0 456 ''
    node rpc '{System.find_executable("epmd") |> Path.dirname(), :code.root_dir() |> to_string()}'
    expect "the node uses the release's own programs" 0 "{\"$release/erts-$erts/bin\",*\"$release\"}" ''
    node rpc 'for {app, _, _} <- Application.loaded_applications(), dir = :code.lib_dir(app) |> to_string(), not String.starts_with?(dir, to_string(:code.root_dir())), do: app'
    expect 'all applications are those of the release' 0 '\[]' ''
    node eval 'IO.puts(:erlang.system_info(:version))'
    expect 'eval' 0 "$erts" ''
    node stop
    expect 'stop' 0 ok ''
}

scripts() {
    printf '%s\n' '#!/usr/bin/env escript' \
        'main(A) -> io:format("~p ~ts~n", [A, code:root_dir()]).' >"$work/script.erl"
    run launch "$release/erts-$erts/bin/escript" "$work/script.erl" one 'two words'
    expect 'escript of the release' 0 "\\[\"one\",\"two words\"] $release" ''
    run launch "$release/erts-$erts/bin/erl" -noinput -eval \
        'io:format("~ts~n", [code:lib_dir(kernel)]), halt().'
    expect 'erl of the release' 0 "$release/lib/kernel-*" ''
}

moved() {
    mv "$release" "$work/another place"
    release="$work/another place"
    node start
    expect 'start after the release was moved' 0 '' ''
    node rpc ':code.root_dir() |> to_string()'
    expect 'it runs where it is now' 0 "\"$release\"" ''
    node reboot
    expect 'reboot' 0 ok ''
    node stop
    expect 'stop' 0 ok ''
}

# --- a root folder of its own --------------------------------------------------------

# Everything in namespaces of their own, with a network that has the loopback alone. The
# first process there has the folder for its root; the others join it.
make_root() {
    root=$work/root
    for folder in bin dev etc proc tmp usr/bin; do
        mkdir -p "$root/$folder"
    done
    cp "$(command -v busybox)" "$root/bin/busybox"
    for applet in $(busybox --list); do
        [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
    done
    ln -s ../../bin/env "$root/usr/bin/env"
    printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$root/etc/hosts"
    unpack "$root/srv/sequence"
    find "$release" "$root/bin/busybox" -type f \( -perm -100 -o -name '*.so' \) -exec ldd {} + 2>/dev/null |
        sed -n 's,^[^/]*\(/[^ ]*\) (0x.*,\1,p' | sort -u | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
}

enter_root() {
    # shellcheck disable=SC2016,SC2086
    unshare $user_namespace --mount --net --pid --fork --kill-child sh -c '
        mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
            busybox ip link set lo up && : >"$0/ready" &&
            exec busybox chroot "$0" /bin/sleep 600' "$root" >"$work/namespace" 2>&1 </dev/null &
    wait_for 10 test -e "$root/ready" && wait_for 10 root_process
}

root_process() {
    for inside in $(our_processes); do
        [ "$(readlink "/proc/$inside/root")" != "$root" ] || return 0
    done
    return 1
}

in_a_root_of_its_own() {
    make_root
    if ! enter_root; then
        skip 'a root folder of its own' "no namespaces here: $(cat "$work/namespace")"
        return
    fi
    launch() {
        program=${1#"$root"}
        shift
        # shellcheck disable=SC2086
        timeout "$limit" nsenter ${user_namespace:+-U --preserve-credentials} -t "$inside" \
            -m -n -p -r -w env -i PATH=/bin LANG=C.UTF-8 \
            "$program" "$@"
    }
    run launch /bin/find / -xdev '(' -name erl -o -name epmd -o -name elixir ')' -type f
    expect 'that root has no Erlang beside the release' 0 \
        "/srv/sequence/erts-$erts/bin/[a-z]*$newline/srv/sequence/erts-$erts/bin/[a-z]*" ''
    node ping
    expect 'ping without a node fails' 1 '' '*is not running*'
    node start
    expect 'start' 0 '' '' || return
    node ping
    expect 'ping' 0 pong ''
    node rpc 'Sequence.Server.next_number()'
    expect 'rpc' 0 456 ''
    node rpc ':code.root_dir() |> to_string()'
    expect 'the root of the release' 0 '"/srv/sequence"' ''
    rm "$root/etc/hosts"
    node rpc 'Sequence.Server.next_number()'
    expect "rpc on a host that does not know its own name" 0 457 ''
    node rpc 'IO.puts("żó"); raise "boom"'
    expect "an rpc there that raises fails" 1 'żó' '*boom*'
    node eval 'IO.puts(:erlang.system_info(:otp_release))'
    expect 'eval' 0 '[0-9][0-9]' ''
    node restart
    expect 'restart' 0 ok ''
    check 'the node is up again' wait_for 30 node_answers
    node stop
    expect 'stop' 0 ok ''
    launch "$release/bin/sequence" foreground >"$work/foreground" 2>&1 </dev/null &
    waited=$!
    check 'foreground brings the node up' wait_for 30 node_answers
    node pid
    run launch /bin/kill -s TERM "$out"
    expect 'SIGTERM is sent' 0 '' ''
    wait "$waited"
    same 'foreground ends with status 0' 0 "$?"
}

unpack "$work/my server"
read -r erts _ <"$release/releases/start_erl.data"
free_of_build_host
without_erlang_on_path
scripts
moved
in_a_root_of_its_own
