#!/bin/sh
# A plain Erlang application, without a build tool: examples/erlang. The commands take
# Erlang expressions there.

. "$(dirname "$0")/lib.sh"

need erlc script
name=tally
NAME=$node
export NAME

cp -R "$top/examples/erlang" "$work/tally"
run sh "$work/tally/build.sh"
[ "$status" -eq 0 ] || give_up 'build.sh of the example compiles it' "$out" "$err"
built 'relc build of a folder that is an application' "$work/tally"
tarball=$work/tally/build/rel/tally/releases/1.0.0/tally.tar.gz
release=$work/server
mkdir "$release"
tar -xzf "$tarball" -C "$release"
check 'the release has no Elixir' test -z "$(find "$release/lib" -iname '*elixir*')"
rm -rf "$work/tally"

before_start() {
    node version
    expect 'version' 0 'tally 1.0.0' ''
    node ping
    expect 'ping without a node fails' 1 '' "*'$node' is not running*"
}

starts() {
    node start
    expect 'start, with a node name from the environment' 0 '' '' || exit 1
    node ping
    expect 'ping' 0 pong ''
    node pid
    expect 'pid' 0 '[1-9]*' ''
    pid=$out
    check "the cookie is in no process's arguments" \
        in_no_arguments "$(cat "$release/var/COOKIE")"
}

answers_calls() {
    node rpc 'node()'
    expect 'rpc' 0 "'$node'" ''
    node rpc 'tally:vote(tea).'
    expect 'rpc with a dot at its end' 0 '{ok,1}' ''
    node rpc '{ok, N} = tally:vote(tea), N * 1000'
    expect 'rpc of several expressions, and the state is kept' 0 2000 ''
    node rpc tally:status/0
    expect 'rpc of mod:fun/0' 0 open ''
    node rpc 'maps:get(tea, tally:counts())'
    expect 'rpc of a map' 0 2 ''
    node rpc 'io:format("~ts ~s~n", [[380, 243], "\"quoted\""]), <<"ó"/utf8>>'
    expect 'output and value of an rpc' 0 "żó \"quoted\"$newline<<\"ó\"/utf8>>" ''
    node rpc 'tally:close(), tally:vote(tea)'
    expect 'rpc of a function that answers with an error' 0 '{error,closed}' ''
    node rpc 'error(boom)'
    expect 'an rpc that raises fails' 1 '' '*boom*'
    node rpc '[1, 2'
    expect 'an rpc with a syntax error fails' 1 '' '*syntax error*'
    node rpc 'nobody:home()'
    expect 'an rpc of an unknown function fails' 1 '' '*nobody:home/0*'
    node rpc 'lists:sort([A || {A, _, _} <- application:which_applications()])'
    expect 'the applications that run' 0 '\[kernel,sasl,stdlib,tally]' ''
    node rpc '{code:root_dir(), code:lib_dir(tally)}'
    expect 'code comes from the release' 0 "{\"$release\",*\"$release/lib/tally-1.0.0\"}" ''
}

evaluates() {
    node eval 'io:format("~w~n", [1 + 1])'
    expect 'eval' 0 2 ''
    node eval 'error(boom)'
    expect 'an eval that raises fails' 1 '' '*boom*'
    node eval 'halt(7)'
    expect 'the status of an eval' 7 '' ''
    node eval '[1, 2'
    expect 'an eval with a syntax error fails' 1 '' '*syntax error*'
    node eval 'io:format("~p~n", [{init:get_plain_arguments(), whereis(tally_poll), node()}])' 'a b' c
    expect 'eval has arguments, but starts nothing' 0 \
        '{\["a b","c"],undefined,nonode@nohost}' ''
}

stops() {
    node restart
    expect 'restart' 0 ok ''
    check 'restart starts the applications anew' wait_for 30 poll_is_open
    node pid
    expect 'restart keeps the process' 0 "$pid" ''
    node stop
    expect 'stop' 0 ok ''
    check 'the process is gone after stop' process_gone "$pid"
    node ping
    expect 'ping after stop fails' 1 '' '*is not running*'
}

poll_is_open() {
    node rpc 'tally:status()'
    [ "$status:$out" = 0:open ]
}

in_foreground() {
    "$release/bin/tally" foreground one 'two words' >"$work/foreground" 2>&1 </dev/null &
    pid=$!
    check 'foreground brings the node up' wait_for 30 poll_is_open
    node pid
    expect 'foreground becomes the node' 0 "$pid" ''
    node rpc 'init:get_plain_arguments()'
    expect 'foreground passes arguments on' 0 '\["one","two words"]' ''
    kill -s TERM "$pid"
    wait_for 30 process_gone "$pid"
    wait "$pid"
    status=$?
    same 'foreground ends with status 0 after SIGTERM' 0 "$status"
    node ping
    expect 'the node is gone then' 1 '' '*is not running*'
}

console() {
    terminal_open "'$release/bin/tally' console"
    terminal_shows 'console shows the prompt of Erlang' 30 "($node)1> "
    terminal_type 'tally:vote(coffee).\n'
    terminal_shows 'console evaluates' 20 '{ok,1}'
    terminal_type 'halt(3).\n'
    terminal_close 30
    same 'console ends with the status of the node' 3 "$status"
}

before_start
starts
answers_calls
evaluates
stops
in_foreground
console
