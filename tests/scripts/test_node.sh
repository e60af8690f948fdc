#!/bin/sh
# The life of a node, on each kind of release: start, control, rpc, eval, stop.

. "$(dirname "$0")/lib.sh"

# What every kind does alike. $1: the kind; $2: the call of a function that prints and returns;
# $3, $4, $5: expressions that raise, exit, throw; $6: one that does not parse.
life() {
    kind=$1
    run start one 'two words' "it's \"\$x\""
    expect "$kind: start" 0 '' ''
    run ping
    expect "$kind: ping" 0 pong ''
    run start
    expect "$kind: a second start is refused" 1 '' "*'$node' is already running (pid [0-9]*)"
    run pid
    expect "$kind: pid" 0 '[0-9]*' ''
    pid=$out
    check "$kind: the pid is that of a process" kill -0 "$pid"

    run rpc "$2"
    expect "$kind: output and value of an rpc" 0 "hello from the node
*said" ''
    case $kind in elixir) call='Elixir.Node.self/0' me=':"'$node'"' ;; *) call=erlang:node/0 me="'$node'" ;; esac
    run rpc "$call"
    expect "$kind: rpc of Mod.fun/0" 0 "$me" ''
    run rpc "$3"
    expect "$kind: rpc that raises" 1 '' '*boom*'
    run rpc "$4"
    expect "$kind: rpc that exits" 1 '' '*gone*'
    run rpc "$5"
    expect "$kind: rpc that throws" 1 '' '*ball*'
    run rpc "$6"
    expect "$kind: rpc that does not parse" 1 '' '*yntax*'

    # secrecy: of the processes, the logs, the files
    secret=$(cat "$release/var/COOKIE")
    check "$kind: a random cookie of 64 characters was made" [ "${#secret}" -eq 64 ]
    # shellcheck disable=SC2009
    if ps -eo args= | grep -v grep | grep -q "$secret"; then
        not_ok "$kind: the cookie is in no process's arguments"
    else
        ok "$kind: the cookie is in no process's arguments"
    fi
    if grep -rq "$secret" "$release/var/log" "$release/releases"; then
        not_ok "$kind: the cookie is in no log"
    else
        ok "$kind: the cookie is in no log"
    fi
    open=$(find "$release/var" -type f -perm -004 -exec grep -l "$secret" {} +)
    check "$kind: the cookie is in no file that others can read" [ -z "$open" ]

    # parallel commands
    n=0
    while [ "$n" -lt 8 ]; do
        # shellcheck disable=SC2086
        $shell_under_test "$release/bin/$name" rpc "$n + 100" >"$work/p$n" 2>&1 </dev/null &
        n=$((n + 1))
    done
    wait
    check "$kind: eight commands at once" [ "$(cat "$work"/p? | tr '\n' ' ')" = '100 101 102 103 104 105 106 107 ' ]

    run restart
    expect "$kind: restart" 0 ok ''
    run pid
    expect "$kind: restart keeps the process" 0 "$pid" ''
    run stop
    expect "$kind: stop" 0 ok ''
    check "$kind: the process is gone after stop" wait_for gone "$pid"
    run ping
    expect "$kind: ping after stop" 1 '' "*'$node' is not running"
    run stop
    expect "$kind: stop after stop" 1 '' "*'$node' is not running"
}

copy_release "$erlang_release" "$work/erlang's re\"lease"
life erlang 'demo:say(<<"hello from the node">>)' 'demo:boom()' 'exit(gone).' 'throw(ball).' 'foo(('

node_before=$node
copy_release "$elixir_release" "$work/elixir release"
check "nodes of two tests have names of their own" [ "$node" = "$node_before" ]
life elixir ':demo.say("hello from the node")' 'raise "boom"' 'exit(:gone)' 'throw(:ball)' ')syntax'

copy_release "$host_release" "$work/host"
life host 'demo:say(<<"hello from the node">>)' 'demo:boom()' 'exit(gone).' 'throw(ball).' 'foo(('
