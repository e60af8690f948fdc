#!/bin/sh
# Hooks: when they run, in which order, with what, and what their failure does.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel with space"
hooks=$release/releases/$vsn/hooks
export HOOK_LOG="$work/hooks.log"

# hook EVENT NAME: the text comes from standard input
hook() {
    cat >"$hooks/$1.d/$2"
}

# logged WHAT LINE...: exactly these were written since the last time
logged() {
    what=$1
    shift
    wanted=$(printf '%s\n' "$@")
    got=$(cat "$HOOK_LOG")
    : >"$HOOK_LOG"
    if [ "$got" = "$wanted" ]; then ok "$what"; else not_ok "$what" "wanted: $wanted" "got: $got"; fi
}

log_lines() {
    grep -q "$1" "$HOOK_LOG"
}

no_hooks() {
    rm -rf "$hooks"/*.d/*
    : >"$HOOK_LOG"
}

# foreground: in the background of this test as $job, its process number is in fg.pid. A shell
# starts what is in the background with two signals ignored.
foreground() {
    # shellcheck disable=SC2016,SC2086
    timeout -s KILL 60 env --default-signal=INT,QUIT sh -c 'echo "$$" >"$0"; exec "$@"' "$work/fg.pid" \
        $shell_under_test "$release/bin/$name" foreground >"$work/fg" 2>&1 </dev/null &
    job=$!
}

no_hooks
for event in pre_configure post_configure pre_start post_start pre_stop post_stop; do
    echo 'echo "'$event' 10" >>"$HOOK_LOG"' | hook $event 10_last.sh
    echo 'echo "'$event' 1 $PWD $1" >>"$HOOK_LOG"; cd /' | hook $event 1_first
    echo 'echo "editor" >>"$HOOK_LOG"' | hook $event .hidden
done
echo 'echo "answers $(release_remote_ctl rpc "demo:hello/0")" >>"$HOOK_LOG"' | hook post_start 2_rpc.sh
echo 'export FROM_HOOK="a value" NOT_SEEN=x' | hook pre_configure 3_export.sh
echo 'unset NOT_SEEN' | hook pre_start 3_export.sh
set --
for event in pre_configure post_configure pre_start; do
    set -- "$@" "$event 10" "$event 1 $release $hooks/$event.d"
done
DEMO_START=1000 run start
expect "start with hooks" 0 '' ''
logged "start hooks run once, in the order of names, in the root folder" "$@" "post_start 10" "post_start 1 $release $hooks/post_start.d" "answers hello_world"
run rpc '{os:getenv("FROM_HOOK"), os:getenv("NOT_SEEN")}'
expect "what hooks export reaches the node" 0 '{"a value",false}' ''
run start
expect "a second start is refused" 1 '' '*already running*'
run foreground
expect "and in the foreground" 1 '' '*already running*'
for command in ping pid status restart; do
    run $command
    expect "$command" 0 '*' ''
done
run reboot
expect "reboot" 0 ok ''
logged "only starts run hooks" "$@" "post_start 10" "post_start 1 $release $hooks/post_start.d" "answers hello_world"
run stop
expect "stop" 0 ok ''
logged "stop hooks" "pre_stop 10" "pre_stop 1 $release $hooks/pre_stop.d" "post_stop 10" "post_stop 1 $release $hooks/post_stop.d"
run eval 'ok'
expect "eval configures too" 0 '' ''
echo 'echo chatter' | hook pre_configure 4_chatter.sh
run eval 'io:format("result")'
expect "what hooks print is not eval's output" 0 result chatter
rm "$hooks/pre_configure.d/4_chatter.sh"
: >"$HOOK_LOG"
run eval 'ok'
logged "its hooks" "pre_configure 10" "pre_configure 1 $release $hooks/pre_configure.d" "post_configure 10" "post_configure 1 $release $hooks/post_configure.d"
RELEASE_DISABLE_HOOKS=1 run start
expect "start without hooks" 0 '' ''
RELEASE_DISABLE_HOOKS=1 run stop
expect "stop without hooks" 0 ok ''
logged "RELEASE_DISABLE_HOOKS" ''

# foreground: the script stays as the node's parent
for signal in TERM INT HUP QUIT; do
    foreground
    check "foreground: post_start when the node answers ($signal)" wait_for log_lines 'answers hello_world'
    kill -s "$signal" "$(cat "$work/fg.pid")"
    wait "$job"
    status=$? out='' err=$(cat "$work/fg")
    case $signal in HUP) wanted=129 ;; *) wanted=0 ;; esac
    expect "foreground ends with SIG$signal, status of the node" "$wanted" '' '*'
    logged "foreground: each hook once ($signal)" "$@" "post_start 10" "post_start 1 $release $hooks/post_start.d" "answers hello_world" \
        "pre_stop 10" "pre_stop 1 $release $hooks/pre_stop.d" "post_stop 10" "post_stop 1 $release $hooks/post_stop.d"
    run ping
    expect "nothing is left after SIG$signal" 1 '' '*is not running*'
done
foreground
wait_for log_lines 'answers hello_world'
: >"$HOOK_LOG"
run stop
expect "stop of a node in the foreground" 0 ok ''
wait "$job"
check "its status" [ "$?" -eq 0 ]
logged "its stop hooks run once" "pre_stop 10" "pre_stop 1 $release $hooks/pre_stop.d" "post_stop 10" "post_stop 1 $release $hooks/post_stop.d"
foreground
wait_for log_lines 'answers hello_world'
run rpc 'halt(7)'
wait "$job"
check "foreground has the status of a node that halts" [ "$?" -eq 7 ]
no_hooks
# without such hooks the command becomes the node
foreground
wait_for answers
run pid
expect "without stop hooks the command becomes the node" 0 "$(cat "$work/fg.pid")" ''
run stop
expect "stop" 0 ok ''
wait "$job"

# failing hooks
for event in pre_configure post_configure pre_start; do
    for text in 'fail "my reason"' 'false; echo not here' 'exit 3' 'return 4' 'release_ctl eval "foo(("' 'if'; do
        no_hooks
        echo "$text" | hook $event 1_bad.sh
        echo 'echo second >>"$HOOK_LOG"' | hook $event 2_second.sh
        run start
        expect "$event fails by: $text" 1 '*' "*the $event hook '$hooks/$event.d/1_bad.sh' has failed, status *"
        logged "the next does not run" ''
        run ping
        expect "and no node" 1 '' '*is not running'
    done
done
no_hooks
echo 'exit 0' | hook pre_start 1_exit.sh
run start
expect "a hook that exits" 1 '' "*hook '$hooks/pre_start.d/1_exit.sh' has ended the command 'start' with 'exit'; 'return' ends a hook alone"
no_hooks
echo 'return 0; false' | hook pre_start 1_return.sh
echo 'if false; then :; fi; false || true; ! true || :' | hook pre_start 2_conditions.sh
echo 'fail "tables missing"' | hook post_start 1_bad.sh
echo 'echo second >>"$HOOK_LOG"; exit 0; echo no >>"$HOOK_LOG"' | hook post_start 2_second.sh
run start
expect "a post_start hook fails" 1 '' "*tables missing*the post_start hook '$hooks/post_start.d/1_bad.sh' has failed, status 1*the node '$node' is up, but a post_start hook has failed"
logged "the next one runs" second
run ping
expect "and the node is up" 0 pong ''
no_hooks
echo 'fail "not now"' | hook pre_stop 1_bad.sh
run stop
expect "a pre_stop hook fails" 1 '' "*not now*the pre_stop hook '$hooks/pre_stop.d/1_bad.sh' has failed, status 1"
run ping
expect "the node goes on" 0 pong ''
no_hooks
echo 'false' | hook post_stop 1_bad.sh
run stop
expect "a post_stop hook fails" 1 '' "*the post_stop hook*has failed, status 1*has stopped, but a post_stop hook has failed"
run ping
expect "the node has stopped" 1 '' '*is not running'
no_hooks
echo 'fail "not now"' | hook pre_stop 1_bad.sh
echo 'echo gone >>"$HOOK_LOG"' | hook post_stop 1.sh
foreground
wait_for answers
kill -TERM "$(cat "$work/fg.pid")"
wait "$job"
check "SIGTERM stops whatever a pre_stop hook says" [ "$?" -eq 0 ]
check "which is reported" grep -q "the pre_stop hook '.*' has failed" "$work/fg"
logged "and post_stop runs" gone

# start --no-wait
no_hooks
echo 'echo "up $(release_remote_ctl rpc "demo:hello/0")" >>"$HOOK_LOG"' | hook post_start 1.sh
DEMO_START=1500 run start --no-wait
expect "start --no-wait" 0 '' ''
logged "returns at once" ''
check "post_start runs later" wait_for log_lines 'up hello_world'
run stop
expect "stop" 0 ok ''

# hooks under heart: each start has its own
no_hooks
echo 'echo "up" >>"$HOOK_LOG"' | hook post_start 1.sh
printf '%s\n' '-heart' >>"$release/releases/$vsn/vm.args"
run start
expect "start with heart" 0 '' ''
run pid
pid=$out
logged "post_start" up
kill -9 "$pid"
check "post_start when heart has started the node again" wait_for log_lines up
run stop
expect "stop with heart" 0 ok ''
