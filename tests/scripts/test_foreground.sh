#!/bin/sh
# Nodes that are not daemons, signals, slow and failing nodes, timeouts, terminals.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"

# foreground ARGUMENT...: in the background of this test; sets $pid
foreground() {
    # shellcheck disable=SC2086
    $shell_under_test "$release/bin/$name" foreground "$@" >"$work/fg" 2>&1 </dev/null &
    pid=$!
    vm_pids="$vm_pids $pid"
}

foreground 'a b' "it's \"\$x\"" --flag -x ''
check "foreground answers" wait_for answers
run pid
expect "the command has become the node" 0 "$pid" ''
run rpc 'demo:arguments()'
expect "arguments reach the application" 0 '\[<<"a b">>,<<"it'\''s \\"$x\\"">>,<<"--flag">>,<<"-x">>,<<>>\]' ''
kill -TERM "$pid"
wait "$pid"
check "SIGTERM stops in order, status 0" [ "$?" -eq 0 ]

# HOME unset, and an unprivileged user
(
    unset HOME
    foreground
    wait_for answers || exit 1
    run rpc 'os:getenv("HOME")'
    expect "without HOME" 0 false ''
    run stop
    expect "stop without HOME" 0 ok ''
    exit "$failures"
) || not_ok "a node without HOME"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
    rm -rf "$work/mutable"
    mkdir "$work/mutable"
    chmod 711 "$work"
    chown 65534 "$work/mutable"
    # shellcheck disable=SC2086
    unprivileged="setpriv --reuid 65534 --regid 65534 --clear-groups $shell_under_test"
    rm -rf "${release:?}/var"
    # shellcheck disable=SC2086
    $unprivileged "$release/bin/$name" start >"$work/out" 2>&1 </dev/null
    status=$? out=$(cat "$work/out") err=''
    expect "a release that the user cannot write to" 1 '*set RELEASE_MUTABLE_DIR*' ''
    export RELEASE_MUTABLE_DIR="$work/mutable"
    for command in start ping stop; do
        # shellcheck disable=SC2086
        $unprivileged "$release/bin/$name" "$command" >"$work/out" 2>&1 </dev/null
        status=$? out=$(cat "$work/out")
        expect "$command of an unprivileged user, read-only release" 0 '*' ''
    done
    check "nothing was written into the release" [ ! -e "$release/var" ]
    unset RELEASE_MUTABLE_DIR
fi

# failing, slow, hanging nodes
DEMO_START=fail run start
expect "a node that does not come up" 1 '' "*'$node' ended before it was up*erlang.log*demo_told_to_fail*"
DEMO_START=3000 RELEASE_START_TIMEOUT=1 run start
expect "a node that is too slow" 1 '' '*is still not up after 1 s (RELEASE_START_TIMEOUT)*'
run stop
expect "stop while it starts" 0 ok ''
DEMO_START=1000 run start
expect "a slow start is waited for" 0 '' ''
run rpc 'lists:keymember(demo, 1, application:which_applications())'
expect "start returns when the applications run" 0 true ''
run stop
expect "stop" 0 ok ''
DEMO_STOP=5000 run start
expect "start of a node that stops slowly" 0 '' ''
run pid
pid=$out
RELEASE_STOP_TIMEOUT=1 run stop
expect "a node that does not stop in time" 1 '' "*(pid $pid) has not ended within 1 s*kill -9 $pid"
kill -STOP "$pid"
RELEASE_CONTROL_TIMEOUT=1 run ping
expect "ping of a node that hangs" 1 '' '*did not answer within 1 s (RELEASE_CONTROL_TIMEOUT)'
kill -CONT "$pid"
kill -9 "$pid"
check "killed" wait_for gone "$pid"
printf '[{demo,[{colour' >"$work/broken.config"
SYS_CONFIG_PATH=$work/broken.config run start
expect "a broken sys.config" 1 '' '*ended before it was up*'
RELEASE_START_TIMEOUT=x run start
expect "a timeout that is no number" 1 '' "*RELEASE_START_TIMEOUT must be a number of seconds, not 'x'*"

# reboot: a new process, by way of `start`
run start
expect "start" 0 '' ''
run pid
pid=$out
run reboot
expect "reboot" 0 ok ''
run pid
expect "after reboot" 0 '[0-9]*' ''
check "reboot makes a new process" [ "$out" != "$pid" ]

# attach and remote_console on a terminal, with the shell of Erlang
if command -v script >/dev/null 2>&1; then
    terminal() {
        # $1: command, standard input: what is typed
        script -q -e -c "$shell_under_test '$release/bin/$name' $1" /dev/null >"$work/tty" 2>&1
    }
    (sleep 0.5; printf 'X = 6 * 7.\r'; sleep 0.5; printf '\004') | terminal attach
    case $(cat "$work/tty") in *42*) ok "attach" ;; *) not_ok "attach" "$(cat -v "$work/tty")" ;; esac
    run ping
    expect "the node lives on after attach" 0 pong ''
    (sleep 1; printf '{node(), 6 * 7}.\r'; sleep 0.7; printf '\007'; sleep 0.2; printf 'q\r') | terminal remote_console
    case $(cat "$work/tty") in *"'$node',42"*) ok "remote_console" ;; *) not_ok "remote_console" "$(cat -v "$work/tty")" ;; esac
    run ping
    expect "the node lives on after remote_console" 0 pong ''
fi
run stop
expect "stop" 0 ok ''
run remote_console
expect "remote_console without node" 1 '' '*is not running'

# IEx
copy_release "$elixir_release" "$work/elixir"
if command -v script >/dev/null 2>&1; then
    (sleep 2; printf 'IO.inspect({node(), 6 * 7, System.argv()})\r'; sleep 0.7; printf 'System.halt(0)\r'; sleep 0.5) | terminal "console 'a b'"
    case $(cat "$work/tty") in *"\"$node\", 42, [\"a b\"]}"*) ok "console with IEx" ;; *) not_ok "console with IEx" "$(cat -v "$work/tty")" ;; esac
    foreground
    wait_for answers
    (sleep 2; printf 'IO.inspect({node(), 6 * 7})\r'; sleep 0.7; printf '\003\003'; sleep 0.3) | terminal remote_console
    case $(cat "$work/tty") in *"\"$node\", 42}"*) ok "remote_console with IEx" ;; *) not_ok "remote_console with IEx" "$(cat -v "$work/tty")" ;; esac
    run stop
    expect "the node lives on after IEx, and stops" 0 ok ''
fi
