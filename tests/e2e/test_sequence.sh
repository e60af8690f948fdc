#!/bin/sh
# An Elixir application from its source to a release that runs, with each of the shells
# that a server may have as its /bin/sh: `relc init`, `relc build`, and every command.

. "$(dirname "$0")/lib.sh"

need mix script busybox dash setpriv
name=sequence

# --- the shells ----------------------------------------------------------------------

launch() {
    timeout "$limit" "$work/launch" "$@"
}

choose_shell() {
    if with_shell "$1" "$work/launch"; then
        # It is the script's to expand.
        # shellcheck disable=SC2016
        printf '#!/bin/sh\ncmp "/proc/$$/exe" "$1" || exit 1\n' >"$work/is_shell"
        chmod 755 "$work/is_shell"
        check "/bin/sh is $1" launch "$work/is_shell" "$(command -v "$1")"
        return
    fi
    skip "scripts run by $1 as /bin/sh" 'no mount namespaces here; their first line names it'
    printf '#!/bin/sh\nexec "$@"\n' >"$work/launch"
    mkdir -p "$work/shells"
    ln -sf "$(command -v "$1")" "$work/shells/sh"
    grep -rIl '^#!/bin/sh' "$release" | while read -r script; do
        sed "1s,.*,#!$work/shells/sh," "$script" >"$work/script" && cat "$work/script" >"$script"
    done
}

# --- from source to release ----------------------------------------------------------

sequence_project 0.1.0 "$work/project"
initialised "$work/project"
built 'relc build of a Mix project' "$work/project" --env=prod
tarball=$work/project/_build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz
check 'the tarball is where it is said to be' [ -s "$tarball" ]

# --- one life ------------------------------------------------------------------------

before_start() {
    node version
    expect 'version' 0 'sequence 0.1.0' ''
    ln -sf "$release/bin/sequence" "$work/a link"
    run launch "$work/a link" version
    expect 'version by way of a link' 0 'sequence 0.1.0' ''
    node help
    expect 'help lists the commands' 0 \
        '*start*foreground*console*stop*restart*reboot*ping*pid*rpc*eval*remote_console*attach*' ''
    node ping
    expect 'ping without a node fails' 1 '' "*'$node' is not running*"
    node frobnicate
    expect 'an unknown command fails' 1 '' "*unknown command 'frobnicate'*"
}

starts() {
    node start
    expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
    node ping
    expect 'ping' 0 pong ''
    node start
    expect 'a second start is refused' 1 '' '*already running*'
    node pid
    expect 'pid' 0 '[1-9]*' ''
    pid=$out
    same "the node runs the release's own emulator" "$release/erts-$erts/bin/beam.smp" \
        "$(readlink "/proc/$pid/exe")"
    secret=$(cat "$release/var/COOKIE")
    same 'a random cookie has 64 characters' 64 "${#secret}"
    same 'only its owner can read the cookie' 600 "$(stat -c %a "$release/var/COOKIE")"
    check "the cookie is in no process's arguments" in_no_arguments "$secret"
}

answers_calls() {
    node rpc 'Sequence.Server.next_number()'
    expect 'rpc' 0 456 ''
    node rpc Sequence.Server.next_number/0
    expect 'rpc of Mod.fun/0, and the state is kept' 0 457 ''
    node rpc 'Sequence.Server.increment_number(10)'
    expect 'rpc with an argument' 0 ':ok' ''
    node rpc 'Process.exit(Process.whereis(Sequence.Server), :kill); Process.sleep(100)'
    node rpc 'Sequence.Server.next_number()'
    expect 'the stash gives a new server its state' 0 468 ''
    # Nothing of it is for the shell to expand.
    # shellcheck disable=SC2016
    node rpc 'IO.puts("it'\''s \"ż\" $HOME `x` \\"); {:done, "ż"}'
    expect 'output and value of an rpc, with characters that shells like' 0 \
        "it's \"ż\" \$HOME \`x\` \\\\${newline}{:done, \"ż\"}" ''
    node rpc 'raise "boom"'
    expect 'an rpc that raises fails' 1 '' '*RuntimeError*boom*'
    node rpc 'throw(:ball)'
    expect 'an rpc that throws fails' 1 '' '*:ball*'
    node rpc 'Enum.map([1, 2), &(&1))'
    expect 'an rpc with a syntax error fails' 1 '' '*yntax*'
    node rpc 'Sequence.Nobody.home()'
    expect 'an rpc of an unknown function fails' 1 '' '*Sequence.Nobody.home/0 is undefined*'
    node rpc 'Enum.map([Enumerable, Collectable, Inspect, List.Chars, String.Chars], &Protocol.consolidated?/1)'
    expect 'protocols are consolidated' 0 '\[true, true, true, true, true]' ''
    node rpc ':code.which(Enumerable)'
    expect 'they are those of the release' 0 \
        "'$release/lib/sequence_protocols-0.1.0/ebin/Elixir.Enumerable.beam'" ''
}

evaluates() {
    node eval 'IO.puts(1 + 1)'
    expect 'eval' 0 2 ''
    node eval 'raise "boom"'
    expect 'an eval that raises fails' 1 '' '*boom*'
    node eval 'System.halt(7)'
    expect 'the status of an eval' 7 '' ''
    node eval 'IO.inspect({System.argv(), Application.fetch_env!(:sequence, :initial_number), Process.whereis(Sequence.Server)})' 'a b' c
    expect 'eval has arguments and configuration, but starts nothing' 0 \
        '{\["a b", "c"], 456, nil}' ''
}

keeps_its_secret() {
    launch "$release/bin/sequence" rpc 'Process.sleep(1500)' >/dev/null 2>&1 </dev/null &
    waited=$!
    sleep 0.5
    check "the cookie is in no process's arguments during an rpc" in_no_arguments "$secret"
    wait "$waited"
    terminal_open "'$work/launch' '$release/bin/sequence' remote_console"
    terminal_shows 'remote_console shows a prompt' 30 "iex($node)"
    check "the cookie is in no process's arguments during remote_console" in_no_arguments "$secret"
    terminal_type 'Sequence.Server.next_number() * 1000\n'
    terminal_shows 'remote_console evaluates on the node' 20 469000
    terminal_type '\003'
    terminal_shows 'Ctrl-C shows the menu' 20 BREAK
    terminal_type 'a\n'
    terminal_close 20
    same 'remote_console ends' 0 "$status"
    if grep -rqF -e "$secret" "$release/var/log" "$release/releases"; then
        not_ok 'the cookie is in no log and no file of the version'
    else
        ok 'the cookie is in no log and no file of the version'
    fi
}

attaches() {
    terminal_open "'$work/launch' '$release/bin/sequence' attach"
    terminal_type '\n'
    terminal_shows "attach shows the node's prompt" 20 "iex($node)"
    terminal_type '123 * 1000\n'
    terminal_shows 'attach evaluates' 20 123000
    terminal_type '\004'
    terminal_close 20
    check_not 'attach ends with Ctrl-D' [ "$status" = none ]
    node ping
    expect 'the node does not end with those consoles' 0 pong ''
}

restarts() {
    node restart
    expect 'restart' 0 ok ''
    check 'restart starts the applications anew' wait_for 30 number_is 456
    node pid
    expect 'restart keeps the process' 0 "$pid" ''
    node reboot
    expect 'reboot' 0 ok ''
    node pid
    check 'reboot makes a new process' [ "$status:$out" != "0:$pid" ]
    expect 'the new process has a number' 0 '[1-9]*' ''
    check 'the old process is gone' process_gone "$pid"
    pid=$out
}

number_is() {
    node rpc 'Sequence.Server.next_number()'
    [ "$status:$out" = "0:$1" ]
}

stops() {
    node stop
    expect 'stop' 0 ok ''
    check 'the process is gone after stop' process_gone "$pid"
    node stop
    expect 'a second stop fails' 1 '' '*is not running*'
}

in_foreground() {
    "$work/launch" "$release/bin/sequence" foreground one 'two words' \
        >"$work/foreground" 2>&1 </dev/null &
    pid=$!
    check 'foreground brings the node up' wait_for 30 node_answers
    node pid
    expect 'foreground becomes the node' 0 "$pid" ''
    node rpc 'System.argv()'
    expect 'foreground passes arguments on' 0 '\["one", "two words"]' ''
    kill -s TERM "$pid"
    wait_for 30 process_gone "$pid"
    wait "$pid"
    status=$?
    same 'foreground ends with status 0 after SIGTERM' 0 "$status"
    node ping
    expect 'the node is gone then' 1 '' '*is not running*'
}

console() {
    terminal_open "'$work/launch' '$release/bin/sequence' console"
    terminal_shows 'console shows a prompt' 30 "iex($node)"
    secret=$(cat "$release/var/COOKIE")
    check "the cookie is in no process's arguments during console" in_no_arguments "$secret"
    terminal_type 'Sequence.Server.next_number() * 1000\n'
    terminal_shows 'console evaluates' 20 456000
    terminal_type 'System.stop(3)\n'
    terminal_close 30
    same 'console ends with the status of the node' 3 "$status"
}

life() {
    printf '# with %s\n' "$1"
    release="$work/a server with $1"
    mkdir "$release"
    tar -xzf "$tarball" -C "$release"
    read -r erts _ <"$release/releases/start_erl.data"
    choose_shell "$1"
    before_start
    starts
    answers_calls
    evaluates
    keeps_its_secret
    attaches
    restarts
    stops
    in_foreground
    console
}

life dash
life busybox
