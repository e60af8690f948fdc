#!/bin/sh
# The environment: what the node and commands see, what they take from the caller.
# shellcheck disable=SC2016,SC2030,SC2031,SC2317 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"
command=$release/releases/$vsn/commands/env.sh
echo 'env' >"$command"

# has WHAT NAME VALUE: in the environment that the last run has printed, one a line
has() {
    case "
$out
" in
    *"
$2=$3
"*) ok "$1: $2" ;;
    *) not_ok "$1: $2" "wanted: $2=$3" "got: $(printf '%s\n' "$out" | grep "^$2=")" ;;
    esac
}

own() {
    while read -r variable value; do
        has "$1" "$variable" "$value"
    done <<END
RELEASE_ROOT_DIR $release
RELEASE_ROOT $release
REL_NAME $name
RELEASE_NAME $name
REL_VSN $vsn
RELEASE_VSN $vsn
ERTS_VSN $(echo "$release"/erts-* | sed 's/.*erts-//')
RELEASES_DIR $release/releases
REL_DIR $release/releases/$vsn
REL_LIB_DIR $release/lib
RELEASE_LIBEXEC_DIR $release/releases/$vsn/libexec
START_ERL_DATA $release/releases/start_erl.data
RELEASE_CONFIG_DIR $release
RELEASE_MUTABLE_DIR $release/var
RELEASE_TMP $release/var/tmp
RUNNER_LOG_DIR $release/var/log
PIPE_DIR $release/var/erl_pipes/$node
NAME $node
NAME_TYPE -name
NAME_ARG -name $node
CODE_LOADING_MODE embedded
RELEASE_MODE embedded
SCRIPT $release/releases/$vsn/$name.sh
SCRIPT_DIR $release/releases/$vsn
PRE_CONFIGURE_HOOKS $release/releases/$vsn/hooks/pre_configure.d
POST_START_HOOKS $release/releases/$vsn/hooks/post_start.d
POST_UPGRADE_HOOKS $release/releases/$vsn/hooks/post_upgrade.d
ERTS_DIR $(echo "$release"/erts-*)
ERTS_LIB_DIR $release/lib
RELEASE_PROG $name
RELEASE_COMMAND $2
DISTILLERY_TASK $2
ROOTDIR $release
BINDIR $(echo "$release"/erts-*)/bin
EMU beam
PROGNAME erl
END
}

run env
own 'a command' env
echo 'env >"$RELEASE_MUTABLE_DIR/hook"; set >"$RELEASE_MUTABLE_DIR/variables"' >"$release/releases/$vsn/hooks/pre_start.d/1.sh"
run start
expect "start" 0 '' ''
out=$(cat "$release/var/hook")
own 'a hook' start
has 'a hook' HEART_COMMAND "$release/bin/$name start"
run rpc '[io:format("~ts~n", [E]) || E <- os:getenv()], ok'
own 'the node' start
has 'the node' RELEASE_NODE "$node"
has 'the node' RELEASE_DISTRIBUTION name
has 'the node' RELEASE_BOOT_SCRIPT start
has 'the node' RELEASE_BOOT_SCRIPT_CLEAN start_clean
has 'the node' RELEASE_SYS_CONFIG "$release/releases/$vsn/sys"
has 'the node' HOME "$HOME"
check "the folder for temporary files is there" [ -d "$release/var/tmp" ]
case $out in
*"$(cat "$release/var/COOKIE")"*) not_ok "the cookie is not in the environment" ;;
*) ok "the cookie is not in the environment" ;;
esac

# a program that the node starts, which is the script of another release
first=$release
first_node=$node
copy_release "$erlang_release" "$work/other"
node=other_$$@127.0.0.1
sed "s/^-name .*/-name $node/" "$first/releases/$vsn/vm.args" >"$release/releases/$vsn/vm.args"
cp "$command" "$release/releases/$vsn/commands/env.sh"
command=$release/releases/$vsn/commands/env.sh
other=$release
release=$first
run rpc "io:put_chars(os:cmd(\"'$other/bin/$name' env\")), ok"
release=$other
own "another release's script, started by the node" env
release=$first
node=$first_node
run rpc "io:put_chars(os:cmd(\"'$release/bin/$name' ping; NAME=nobody@127.0.0.1 '$release/bin/$name' ping 2>&1\")), ok"
expect "the node's own script, started by the node" 0 "pong
$name: the node 'nobody@127.0.0.1' is not running*" ''
run stop
expect "stop" 0 ok ''

# what the caller gives
mkdir "$work/caller" "$work/code"
(
    cd "$work/caller" || exit 1
    export RELEASE_MUTABLE_DIR=mutable RUNNER_LOG_DIR=logs PIPE_DIR="$work/pipes/" PIDFILE=run.pid \
        CODE_LOADING_MODE=interactive EXTRA_CODE_PATHS="$work/code" RUN_ERL_ENV='RUN_ERL_LOG_GENERATIONS=3' \
        NAME="${node%@*}c" COOKIE=callers-cookie
    printf '99999999\n' >run.pid
    run start
    expect "the caller's variables: start" 0 '' ''
    run rpc '[io:format("~ts~n", [E]) || E <- os:getenv()], io:format("~p ~p~n", [code:get_mode(), lists:member(os:getenv("EXTRA_CODE_PATHS"), code:get_path())]), ok'
    has "the caller's" NAME "${node%@*}c@127.0.0.1"
    has "the caller's" RELEASE_MUTABLE_DIR "$work/caller/mutable"
    has "the caller's" RELEASE_TMP "$work/caller/mutable/tmp"
    has "the caller's" RUN_ERL_LOG_GENERATIONS 3
    case $out in *"interactive true"*) ok "mode and path" ;; *) not_ok "mode and path" "$(printf '%s\n' "$out" | tail -n 2)" ;; esac
    check "logs" [ -f "$work/caller/logs/erlang.log.1" ]
    check "pipes" [ -p "$work/pipes/erlang.pipe.1.r" ]
    run pid
    expect "pid" 0 "$(cat run.pid)" ''
    run stop
    expect "stop" 0 ok ''
    check "the pid file is gone" [ ! -e run.pid ]
    exit "$failures"
) || failures=$((failures + 1))
check "nothing in the release's own folder" [ ! -e "$release/logs" ]
PIDFILE=$work/none/x run start
expect "a pid file that cannot be written" 1 '' "*cannot write the pid file '$work/none/x' (PIDFILE)"
run ping
expect "and no node" 1 '' '*is not running'
# shellcheck disable=SC2086
PIDFILE=$work/fg.pid $shell_under_test "$release/bin/$name" foreground >"$work/fg" 2>&1 </dev/null &
job=$!
wait_for answers
run pid
expect "PIDFILE in the foreground" 0 "$(cat "$work/fg.pid")" ''
kill -TERM "$job"
wait "$job"
check "its status" [ "$?" -eq 0 ]
check "its file is gone" [ ! -e "$work/fg.pid" ]
RELEASE_TMP=$work/tmp RELEASE_MODE=interactive RELEASE_NODE=${node%@*}m RELEASE_COOKIE=mix run start
expect "mix release's variables: start" 0 '' ''
check "RELEASE_TMP is the mutable folder" [ -d "$work/tmp/nodes/${node%@*}m@127.0.0.1" ]
export RELEASE_TMP="$work/tmp" RELEASE_NODE="${node%@*}m"
run rpc '{code:get_mode(), erlang:get_cookie()}'
expect "RELEASE_MODE, RELEASE_COOKIE" 0 '{interactive,mix}' ''
run stop
expect "stop" 0 ok ''
unset RELEASE_TMP RELEASE_NODE
RELEASE_DISTRIBUTION=sname NAME=${node%@*}s run env
has "RELEASE_DISTRIBUTION" NAME_TYPE -sname
RELEASE_DISTRIBUTION=wrong run ping
expect "a wrong RELEASE_DISTRIBUTION" 1 '' "*not 'wrong'"
cp "$release/releases/$vsn/vm.args" "$work/my.args"
printf '%s\n' "-name ${node%@*}v@127.0.0.1" >"$work/my.args"
RELEASE_VM_ARGS=$work/my.args run env
has "RELEASE_VM_ARGS" NAME "${node%@*}v@127.0.0.1"
cp "$release/releases/$vsn/start.boot" "$release/releases/$vsn/mine.boot"
RELEASE_BOOT_SCRIPT=mine RELEASE_BOOT_SCRIPT_CLEAN=none run start
expect "RELEASE_BOOT_SCRIPT: start" 0 '' ''
run rpc 'init:get_argument(boot)'
expect "RELEASE_BOOT_SCRIPT" 0 "{ok,\[\[\"$release/releases/$vsn/mine\"\]\]}" ''
run stop
expect "stop" 0 ok ''

# heart starts the node again as its caller wanted it
cp "$release/releases/$vsn/vm.args" "$work/kept.args"
echo '-heart' >>"$release/releases/$vsn/vm.args"
(
    export NAME="${node%@*}h" RELEASE_CONFIG_DIR="$work/conf" COOKIE=of-the-caller RELEASE_MUTABLE_DIR="$work/heart's var"
    mkdir "$work/conf"
    printf '[{demo,[{colour,given}]}].\n' >"$work/conf/sys.config"
    run start
    expect "with heart: start" 0 '' ''
    run pid
    pid=$out
    kill -9 "$pid"
    another() {
        run pid
        [ "$status" -eq 0 ] && [ "$out" != "$pid" ]
    }
    check "heart starts it again, with name and cookie" wait_for another
    run rpc '{node(), application:get_env(demo, colour)}'
    expect "and configuration" 0 "{'${node%@*}h@127.0.0.1',{ok,given}}" ''
    run stop
    expect "stop" 0 ok ''
    sleep 2
    run ping
    expect "heart does not undo it" 1 '' '*is not running'
    exit "$failures"
) || failures=$((failures + 1))
cp "$work/kept.args" "$release/releases/$vsn/vm.args"

# settings of the build
sed -e "s/^REL_ERL_OPTS=.*/REL_ERL_OPTS='-env SETTING yes'/" -e "s/^REL_RUN_ERL_ENV=.*/REL_RUN_ERL_ENV='RUN_ERL_X=1'/" \
    "$release/releases/$vsn/$name.sh" >"$work/x" && cp "$work/x" "$release/releases/$vsn/$name.sh"
run start
expect "erl_opts, run_erl_env: start" 0 '' ''
run rpc '{os:getenv("SETTING"), os:getenv("RUN_ERL_X")}'
expect "erl_opts, run_erl_env" 0 '{"yes","1"}' ''
run stop
expect "stop" 0 ok ''
ERL_OPTS='' RUN_ERL_ENV='' run start
expect "the caller's are instead: start" 0 '' ''
run rpc '{os:getenv("SETTING"), os:getenv("RUN_ERL_X")}'
expect "the caller's are instead" 0 '{false,false}' ''
run stop
expect "stop" 0 ok ''

# DEBUG_BOOT shows the way, but no secret
DEBUG_BOOT=1 COOKIE=very-secret run start
expect "DEBUG_BOOT: start" 0 '' '*run_erl*'
case $err in *very-secret*) not_ok "DEBUG_BOOT shows no cookie" "$(printf '%s\n' "$err" | grep very-secret)" ;; *) ok "DEBUG_BOOT shows no cookie" ;; esac
DEBUG_BOOT=1 run rpc 'demo:hello()'
case $err in *very-secret*) not_ok "nor with rpc" "$(printf '%s\n' "$err" | grep very-secret)" ;; *) ok "nor with rpc" ;; esac
run stop
expect "stop" 0 ok ''
VERBOSE=1 run start
expect "VERBOSE" 0 '' "*Root: $release*Exec: *erlexec*-boot*"
run stop
expect "stop" 0 ok ''
