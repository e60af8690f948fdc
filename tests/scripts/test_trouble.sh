#!/bin/sh
# Failing, slow and hanging nodes, timeouts, reboot.

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"

DEMO_START=fail run start
expect "a node that does not come up" 1 '' "*'$node' ended before it was up*erlang.log*demo_told_to_fail*"
DEMO_START=3000 RELEASE_START_TIMEOUT=1 run start
expect "a node that is too slow" 1 '' '*is still not up after 1 s (RELEASE_START_TIMEOUT)*'
wait_for answers
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

run stop
expect "stop" 0 ok ''

# with heart: it starts the node anew after a reboot, and when the node dies
printf '%s\n' '-heart -env HEART_BEAT_TIMEOUT 30' >>"$release/releases/$vsn/vm.args"
run start
expect "start with heart" 0 '' ''
run pid
pid=$out
run reboot
expect "reboot with heart" 0 ok ''
run pid
check "heart made a new process" [ "$out" != "$pid" ]
pid=$out
kill -9 "$pid"
another() {
    run pid
    [ "$status" -eq 0 ] && [ "$out" != "$pid" ]
}
check "heart starts a node that died" wait_for another
run stop
expect "stop with heart" 0 ok ''
run ping
expect "heart leaves a stopped node alone" 1 '' '*is not running'
