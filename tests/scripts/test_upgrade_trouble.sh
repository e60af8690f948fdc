#!/bin/sh
# Upgrades that fail when they have begun, nodes that are killed in the middle of one, and the
# configuration, which must not get lost in any of it.
# shellcheck disable=SC2016,SC2089,SC2090 # what looks like a variable or a quote is meant as it stands

. "$(dirname "$0")/lib.sh"

versions=$work/versions
sh "$(dirname "$0")/make_versions.sh" "$erlang_release" "$versions" "$node" || exit 1
good=$versions/0.2.0-delta.tar.gz

# server FOLDER: a new one, which is $release; every version of it has the node's name
server() {
    copy_release "$versions/0.1.0" "$work/$1"
    cp "$release/releases/0.1.0/vm.args" "$release/vm.args"
    package=$release/releases/demo-0.2.0.tar.gz
}

# changed: the good package, unpacked in $tree to be changed; packed packs it.
changed() {
    tree=$work/tree
    rm -rf "$tree"
    mkdir "$tree"
    tar -xzf "$good" -C "$tree"
}

packed() {
    tar -czf "$package" -C "$tree" .
}

rpc_is() {
    run rpc "$2"
    expect "$1" 0 "$3" ''
}

# tidy WHAT: nothing is left of the works on versions
tidy() {
    left=$(cd "$release" && find releases -name '.*' -o -name '*.new' -o -name '*.bak' -o -name 'sys.config.*' -o -name new_start_erl.data; ls -d var/nodes/*/upgrade 2>/dev/null)
    if [ -z "$left" ]; then ok "$1: nothing is left behind"; else not_ok "$1: nothing is left behind" "$left"; fi
}

# --- configuration ------------------------------------------------------------------

server 'a "server"'
changed
echo '[{demo,[{colour,"${COLOUR}"}]},{tally,[{colour,"${COLOUR}"},{more,1}]}].' >"$tree/releases/0.2.0/sys.config"
pristine=$(cat "$tree/releases/0.2.0/sys.config")
packed
export REPLACE_OS_VARS=true COLOUR='red "1"'
run start
expect start 0 '' ''
run upgrade 0.2.0
expect "variables in the new sys.config" 0 '*Made release permanent: "0.2.0"' ''
wanted='{"red \\"1\\"",{ok,1},\[{"0.1.0",extra,"red \\"1\\""}\]}'
rpc_is "are replaced, during the upgrade and after it" '{element(2, application:get_env(tally, colour)), application:get_env(tally, more), element(3, tally:history())}' "$wanted"
check "the file is as it was" [ "$(cat "$release/releases/0.2.0/sys.config")" = "$pristine" ]
tidy "variables"
run restart
expect "restart" 0 ok ''
rpc_is "are replaced after a restart in the same process" '{element(2, application:get_env(tally, colour)), element(1, tally:history())}' '{"red \\"1\\"","0.2.0"}'
COLOUR=green run reload_config
expect "reload_config is about the new version" 0 'changed demo: colour
changed tally: colour
ok' ''
run stop
COLOUR=blue run start
rpc_is "and anew at the next start" '{application:get_env(tally, colour), element(1, tally:history())}' '{{ok,"blue"},"0.2.0"}'
run downgrade 0.1.0
expect "back to a version without variables" 0 '*Made release permanent: "0.1.0"' ''
rpc_is "its configuration" 'application:get_all_env(tally)' '\[{colour,c010},{version,"0.1.0"}\]'
run stop
unset REPLACE_OS_VARS COLOUR

server 'run time'
cp "$good" "$package"
run start
run rpc '[application:set_env(tally, K, V) || {K, V} <- [{key, secret}, {where, self()}, {colour, mine}]]'
run upgrade 0.2.0
expect "settings made at run time" 0 '*Made release permanent: "0.2.0"' ''
rpc_is "stay, but for those that the new version changes" \
    '{application:get_env(tally, key), is_pid(element(2, application:get_env(tally, where))), application:get_env(tally, colour)}' \
    '{{ok,secret},true,{ok,c020}}'
run stop

server operator
cp "$good" "$package"
echo '[{tally,[{colour,operator}]}].' >"$release/sys.config"
echo '[{demo,[{more,x}]}].' >"$release/more.config"
echo "-config '$release/more.config'" >>"$release/vm.args"
run start
run upgrade 0.2.0
expect "with a sys.config of the operator's" 0 '*Made release permanent: "0.2.0"' ''
rpc_is "it is that of the new version, too, and so is another file of -config" '{application:get_env(tally, colour), application:get_env(demo, more), element(3, tally:history())}' \
    '{{ok,operator},{ok,x},\[{"0.1.0",extra,operator}\]}'
run restart
rpc_is "after a restart, too" '{application:get_env(tally, colour), application:get_env(demo, more)}' '{{ok,operator},{ok,x}}'
tidy "a sys.config of the operator's"
run stop

# --- failures -----------------------------------------------------------------------

server failing
changed
sed -i 's/point_of_no_return/{apply,{demo,boom,[]}},&/' "$tree/releases/0.2.0/relup"
packed
run start
run rpc 'application:set_env(tally, by_hand, 1), tally:next()'
before='application:get_all_env(tally), application:get_env(demo, colour), [V || {tally, _, V} <- application:loaded_applications()]'
run rpc "{$before}"
was=$out
run upgrade 0.2.0
expect "an error before the point of no return" 1 '*now installing.' "*version 0.2.0 was not installed: boom in demo:boom/0 *The node goes on with version 0.1.0."
run rpc "{$before}"
check "the environment is put back" [ "$out" = "$was" ]
rpc_is "and the application was told so" 'tally:changes()' '{\[*{colour,c010}*\],*,*}'
rpc_is "the node goes on" '{tally:next(), element(1, tally:history())}' '{2,"0.1.0"}'
run versions
expect "the version stays unpacked" 0 '  0.2.0           unpacked
\* 0.1.0           permanent, running' ''
tidy "an error before the point of no return"
cp "$good" "$package"
run upgrade 0.2.0
expect "a good package is taken then" 0 'Release 0.2.0 is unpacked, but there is a package, attempting to unpack releases/demo-0.2.0.tar.gz
Unpacked successfully: "0.2.0"*Made release permanent: "0.2.0"' ''
run downgrade 0.1.0
expect "and back" 0 '*Made release permanent: "0.1.0"' ''

cp "$versions/0.2.1-delta.tar.gz" "$release/releases/demo-0.2.1.tar.gz"
run upgrade 0.2.1
expect "a code_change that crashes" 1 '*now installing.' "*the upgrade to 0.2.1 has failed: code_change of tally failed in process <*>: told_to_crash in tally:change/1 (*tally.erl:*); the node was restarted and runs 0.1.0"
rpc_is "the node is whole" '{tally:next(), tally:history(), application:get_all_env(tally)}' '{1,{"0.1.0","0.1.0",\[\]},\[{colour,c010},{version,"0.1.0"}\]}'
run versions
expect "the version stays unpacked" 0 '*0.2.1           unpacked*0.1.0           permanent, running*' ''
tidy "a code_change that crashes"
run upgrade 0.2.1
expect "it can be tried again" 1 'Release 0.2.1 is already unpacked, now installing.' '*the upgrade to 0.2.1 has failed: *runs 0.1.0'
run upgrade 0.2.0
expect "another version" 0 '*Made release permanent: "0.2.0"' ''
run downgrade 0.1.0
cp "$versions/0.2.2-delta.tar.gz" "$release/releases/demo-0.2.2.tar.gz"
run upgrade 0.2.2
expect "a node that ends in the middle" 1 '*now installing.' "*the upgrade to 0.2.2 has failed: *'$node' has not come up again; the next start takes version 0.1.0"
tidy "a node that ends in the middle"
run start
expect "it starts" 0 '' ''
rpc_is "as the old version" 'tally:history()' '{"0.1.0","0.1.0",\[\]}'
run stop

# --- killed at every step --------------------------------------------------------------

# The programs that the node runs to have its files written out: one of them kills it.
mkdir "$work/tools"
cat >"$work/tools/sync" <<'EOF'
#!/bin/sh
n=$(($(cat "$SYNCS") - 1))
echo "$n" >"$SYNCS"
[ "$n" -ne 0 ] || kill -9 "$(cat "$SYNCS.pid")"
EOF
chmod 755 "$work/tools/sync"
export SYNCS="$work/syncs" REPLACE_OS_VARS=true COLOUR=red
changed
echo '[{tally,[{colour,"${COLOUR}"}]}].' >"$tree/releases/0.2.0/sys.config"
pristine=$(cat "$tree/releases/0.2.0/sys.config")
killed=0
case $shell_under_test in
dash) steps='1 2 3 4 5 6 7 8' wanted_steps=7 ;;
*) steps='3 6 8' wanted_steps=2 ;;
esac
for step in $steps; do
    server "killed$step"
    packed
    echo 0 >"$SYNCS"
    PATH=$work/tools:$PATH run start
    run pid
    echo "$out" >"$SYNCS.pid"
    echo "$step" >"$SYNCS"
    run upgrade 0.2.0
    case $status in
    0) # so many steps there are not
        run stop
        continue
        ;;
    esac
    killed=$((killed + 1))
    check "killed at step $step: the command fails" [ "$status" -eq 1 ]
    [ $((step % 2)) -eq 0 ] || tidy "killed at step $step"
    run start
    expect "killed at step $step: the node starts" 0 '' ''
    run rpc 'element(1, tally:history())'
    now=$out
    case $now in
    '"0.1.0"') run rpc '{application:get_all_env(tally), code:which(tally)}'
        expect "killed at step $step: the old version, whole" 0 '*{\[{colour,c010},{version,"0.1.0"}\],*/lib/tally-0.1.0/*' '' ;;
    *) run rpc '{application:get_all_env(tally), code:which(tally)}'
        expect "killed at step $step: the new version, whole" 0 '*{\[{colour,"red"},{version,"0.2.0"}\],*/lib/tally-0.2.0/*' '' ;;
    esac
    tidy "killed at step $step, started"
    packed
    run upgrade 0.2.0
    expect "killed at step $step: the next try" 0 '*permanent*' ''
    run versions
    expect "killed at step $step: in the end" 0 '\* 0.2.0           permanent, running
  0.1.0           old' ''
    check "killed at step $step: the file is as it was" [ "$(cat "$release/releases/0.2.0/sys.config")" = "$pristine" ]
    run stop
done
check "there are seven steps" [ "$killed" -eq "$wanted_steps" ]
unset REPLACE_OS_VARS COLOUR

# --- files that the machine's failure has cut off ------------------------------------------

mkdir -p "$release/releases/.upgrade"
for file in RELEASES start_erl.data; do cp "$release/releases/$file" "$release/releases/.upgrade/"; done
: >"$release/releases/start_erl.data"
run version
expect "an empty start_erl.data" 0 "demo 0.2.0" ''
head -c 50 "$release/releases/.upgrade/RELEASES" >"$release/releases/RELEASES"
run start
expect "files that were cut off" 0 '' ''
run versions
expect "are as before" 0 '\* 0.2.0           permanent, running
  0.1.0           old' ''
tidy "files that were cut off"
run stop
mkdir -p "$release/releases/.upgrade/old/lib"
for file in RELEASES start_erl.data; do cp "$release/releases/$file" "$release/releases/.upgrade/"; done
read -r erts _ <"$release/releases/start_erl.data"
printf '%s 0.1.0' "$erts" >"$release/releases/start_erl.data"
mv "$release/lib/tally-0.2.0" "$release/releases/.upgrade/old/lib/"
run start
expect "a start_erl.data that RELEASES does not agree with" 0 '' ''
rpc_is "both are as before, and the start is that of the version then" '{element(1, tally:history()), os:getenv("REL_VSN")}' '{"0.2.0","0.2.0"}'
run stop

# Has the node another process than $pid, and is it up?
runs_anew() {
    run pid
    [ "$status" -eq 0 ] && [ "$out" != "$pid" ] || return 1
    run status
    [ "$status" -eq 0 ]
}

runs_old() {
    run rpc 'tally:history()'
    [ "$status:$out" = '0:{"0.1.0","0.1.0",[]}' ]
}

# --- the emulator is started anew ------------------------------------------------------

server heart
echo '-heart' >>"$release/vm.args"
cp "$versions/0.2.6-delta.tar.gz" "$release/releases/demo-0.2.6.tar.gz"
cp "$versions/0.2.7-delta.tar.gz" "$release/releases/demo-0.2.7.tar.gz"
run start
for vsn in 0.2.6 0.2.7; do
    run pid
    pid=$out
    run upgrade $vsn
    expect "$vsn restarts the emulator" 0 "*Installed Release: $vsn
Made release permanent: \"$vsn\"" ''
    rpc_is "it is the new version" '{element(1, tally:history()), element(2, application:get_env(tally, version)), os:getenv("REL_VSN")}' \
        "{\"$vsn\",\"$vsn\",\"$vsn\"}"
    rpc_is "and would start as this again" 'init:get_argument(boot)' "{ok,\[\[\"$release/releases/$vsn/start\"\]\]}"
    run pid
    check "in a new process" [ "$out" != "$pid" ]
    tidy "$vsn"
    [ $vsn = 0.2.6 ] || check "with its runtime" [ "$(readlink "/proc/$out/exe")" = "$release/erts-99.0/bin/beam.smp" ]
    kill -9 "$out"
    pid=$out
    check "heart starts it again" wait_for runs_anew
    rpc_is "as the new version" 'element(1, tally:history())' "\"$vsn\""
    run downgrade 0.1.0
    expect "$vsn: back" 0 '*Made release permanent: "0.1.0"' ''
    rpc_is "it is the old version" '{element(1, tally:history()), os:getenv("REL_VSN")}' '{"0.1.0","0.1.0"}'
done
cp "$versions/0.2.8-delta.tar.gz" "$release/releases/demo-0.2.8.tar.gz"
run upgrade 0.2.8
expect "a version that does not come up" 1 '*' '*the upgrade to 0.2.8 has failed: the node came back with version 0.1.0; its log says why'
check "the node is up" wait_for runs_old
tidy "a version that does not come up"
run remove 0.2.7
expect "remove takes the runtime that only it needs" 0 '*' ''
check "it is gone" [ ! -e "$release/erts-99.0" ]
run stop
