#!/bin/sh
# upgrade, downgrade, install, unpack, remove and versions: how it goes when it goes well.

. "$(dirname "$0")/lib.sh"

versions=$work/versions
sh "$(dirname "$0")/make_versions.sh" "$erlang_release" "$versions" "$node" || exit 1
copy_release "$versions/0.1.0" "$work/it's a \"release\""

# rpc_is WHAT EXPRESSION PATTERN
rpc_is() {
    run rpc "$2"
    expect "$1" 0 "$3" ''
}

run upgrade 0.2.0
expect "without a node" 1 '' "*'$node' is not running"
run start
expect start 0 '' ''
run pid
pid=$out
run rpc 'tally:next()'

for command in upgrade downgrade install unpack remove; do
    run $command
    expect "$command without version" 1 '' "*$command needs a version*"
    run $command 0.2.0 --now
    expect "$command with too much" 1 '' "*$command takes nothing after the version, not '--now'"
    run $command '.x'
    expect "$command of what is no version" 1 '' "*'.x' cannot be a version*"
    RELEASE_READ_ONLY=1 run $command 0.2.0
    expect "$command, read-only" 1 '' "*cannot $command a release with RELEASE_READ_ONLY set"
    run $command 9.9
    case $command in
    remove) expect "$command of no version" 1 '' '*there is no version 9.9' ;;
    *) expect "$command without package" 1 'Release 9.9 not found, attempting to unpack releases/9.9/demo.tar.gz' \
        '*there is no package of version 9.9: no file releases/9.9/demo.tar.gz, releases/9.9/demo-delta.tar.gz, releases/demo-9.9.tar.gz, releases/demo-9.9-delta.tar.gz' ;;
    esac
done

# a full package in the version's folder
mkdir "$release/releases/0.2.0"
cp "$versions/0.2.0.tar.gz" "$release/releases/0.2.0/demo.tar.gz"
run upgrade 0.2.0
expect "upgrade" 0 'Release 0.2.0 not found, attempting to unpack releases/0.2.0/demo.tar.gz
Unpacked successfully: "0.2.0"
Release 0.2.0 is already unpacked, now installing.
Installed Release: 0.2.0
Made release permanent: "0.2.0"' ''
check "the package goes" [ ! -e "$release/releases/0.2.0/demo.tar.gz" ]
check "nothing else stays" [ "$(cd "$release/releases" && find . -mindepth 1 -maxdepth 1 | LC_ALL=C sort | tr '\n' ' ')" = './0.1.0 ./0.2.0 ./RELEASES ./demo.rel ./start_erl.data ' ]
rpc_is "the state went through code_change, with the new configuration" 'tally:history()' '{"0.2.0","0.2.0",\[{"0.1.0",extra,c020}\]}'
rpc_is "it was kept" 'tally:next()' 2
rpc_is "the configuration is the new one" 'application:get_all_env(tally)' '\[{colour,c020},{version,"0.2.0"}\]'
rpc_is "the application was told" 'tally:changes()' '{\[*{colour,c020}*\],\[\],\[\]}'
rpc_is "the environment is the new one" '[os:getenv(V) || V <- ["REL_VSN", "RELEASE_VSN"]]' '\["0.2.0","0.2.0"\]'
run pid
expect "the process is the same" 0 "$pid" ''
run versions
expect "versions" 0 '\* 0.2.0           permanent, running
  0.1.0           old' ''
run versions --json
expect "versions --json" 0 '{"name":"demo","start":"0.2.0","running":"0.2.0","from":"node","versions":*"0.2.0","status":"permanent"*"0.1.0","status":"old"*' ''
run version
expect "commands are the new version's" 0 'demo 0.2.0' ''
run eval 'io:format("~ts", [code:which(tally)])'
expect "eval runs its code" 0 '*/lib/tally-0.2.0/ebin/tally.beam' ''
run upgrade 0.2.0
expect "again" 0 'Release 0.2.0 is already installed, current, and permanent.' ''
run restart
expect "restart" 0 ok ''
rpc_is "after a restart it is the new version" '{init:script_id(), application:get_env(tally, colour)}' '{{"demo","0.2.0"},{ok,c020}}'
run stop
expect stop 0 ok ''
run start
expect "start" 0 '' ''
rpc_is "after stop and start, too" '{init:script_id(), application:get_env(tally, colour)}' '{{"demo","0.2.0"},{ok,c020}}'

# a delta package beside, and the way back
cp "$versions/0.3.0-delta.tar.gz" "$release/releases/demo-0.3.0-delta.tar.gz"
run downgrade 0.3.0
expect "a delta package; the word is another one" 0 'Release 0.3.0 not found, attempting to unpack releases/demo-0.3.0-delta.tar.gz
Unpacked successfully: "0.3.0"*Made release permanent: "0.3.0"' 'version 0.3.0 comes after 0.2.0: this is an upgrade'
run downgrade 0.2.0
expect "downgrade" 0 'Release 0.2.0 is marked old, switching to it.
Installed Release: 0.2.0
Made release permanent: "0.2.0"' ''
rpc_is "the state came back through code_change" 'tally:history()' '{"0.2.0","0.3.0",\[{{down,"0.2.0"},extra,c020},{"0.2.0",extra,c030}\]}'
run install 0.3.0
expect "install" 0 'Release 0.3.0 is marked old, switching to it.*' ''
run upgrade 0.2.0
expect "upgrade to an older one" 0 '*Made release permanent: "0.2.0"' 'version 0.2.0 comes before 0.3.0: this is a downgrade'

# a file from elsewhere; unpack alone
cp "$versions/0.2.1-delta.tar.gz" "$work/some.tar.gz"
(cd "$work" && run unpack some.tar.gz; expect "unpack of a file" 0 "Attempting to unpack $work/some.tar.gz
Unpacked successfully: \"0.2.1\"" ''; exit "$failures") || failures=1
check "stays where it is" [ -f "$work/some.tar.gz" ]
run unpack 0.2.1
expect "unpack again" 0 'Release 0.2.1 is already unpacked.' ''
run unpack 0.2.0
expect "unpack of the running one" 0 'Release 0.2.0 is already there: permanent.' ''

# hooks
log=$work/hooks.log
echo "echo \"pre \$RELEASE_UPGRADE_FROM \$RELEASE_UPGRADE_TO \$REL_VSN \$(release_remote_ctl rpc 'element(1, tally:history())')\" >>'$work/hooks.log'" \
    >"$release/releases/0.2.0/hooks/pre_upgrade.d/1.sh"
echo "echo \"post \$RELEASE_UPGRADE_FROM \$RELEASE_UPGRADE_TO \$REL_VSN \$(release_ctl eval 'io:format(\"~ts\", [filename:basename(filename:dirname(filename:dirname(code:which(tally))))])')\" >>'$work/hooks.log'" \
    >"$release/releases/0.3.0/hooks/post_upgrade.d/1.sh"
run upgrade 0.3.0
expect "with hooks" 0 '*Made release permanent: "0.3.0"' ''
check "the hooks have run, each with its own version's code" [ "$(cat "$log")" = 'pre 0.2.0 0.3.0 0.2.0 "0.2.0"
post 0.2.0 0.3.0 0.3.0 tally-0.3.0' ]
echo 'false' >"$release/releases/0.3.0/hooks/post_upgrade.d/2.sh"
run downgrade 0.2.0
run upgrade 0.3.0
expect "a post_upgrade hook that fails" 1 '*Made release permanent: "0.3.0"' "*runs version 0.3.0, but a post_upgrade hook has failed"
run downgrade 0.2.0
expect "down" 0 '*' ''

# remove
run remove 0.2.0
expect "remove of the running version" 1 '' '*0.2.0 cannot be removed: it is running'
run remove 0.3.0
expect "remove" 0 'Removed Release: 0.3.0' ''
check "takes its folders" [ ! -e "$release/releases/0.3.0" ]
check "takes its libraries" [ ! -e "$release/lib/tally-0.3.0" ]
check "leaves those of others" [ -d "$release/lib/kernel-"* ]
run versions
expect "is forgotten" 0 '*0.2.1           unpacked*0.2.0           permanent, running*0.1.0           old' ''
rm -r "$release/lib/tally-0.2.1" "$release/releases/0.2.1/start.boot"
run remove 0.2.1
expect "remove of one that is half gone" 0 'Removed Release: 0.2.1' ''
mkdir "$release/lib/tally-0.2.3" "$release/releases/0.2.3"
sed 's/0.2.0/0.2.3/g' "$release/releases/0.2.0/demo.rel" >"$release/releases/0.2.3/demo.rel"
run remove 0.2.3
expect "remove of one that was never registered" 0 'Removed Release: 0.2.3' ''
check "takes what only it had" [ ! -e "$release/lib/tally-0.2.3" ]
run upgrade "$versions/0.3.0-delta.tar.gz"
expect "up again" 0 '*Made release permanent: "0.3.0"' ''
run remove 0.2.0
expect "remove of one that the node has code of" 0 'Removed Release: 0.2.0
The node has loaded code from lib/tally-0.2.0, which stays: remove 0.2.0 once more after the next start' ''
check "its code stays" [ -d "$release/lib/tally-0.2.0/ebin" ]
run versions
expect "it is no version any more" 0 '\* 0.3.0           permanent, running
  0.1.0           old' ''
run stop
run start
run remove 0.2.0
expect "once more" 0 'Removed Release: 0.2.0' ''
check "nothing is left of it" [ "$(cd "$release" && echo lib/tally-0.2* releases/0.2*)" = 'lib/tally-0.2* releases/0.2*' ]
run upgrade "$versions/0.2.0.tar.gz"
expect "it can come back" 0 '*Made release permanent: "0.2.0"' '*downgrade*'
run stop
export REL_VSN=0.1.0
run start
expect "an older version, chosen for once" 0 '' ''
run remove 0.2.0
expect "remove of the version that starts next" 1 '' '*0.2.0 cannot be removed*'
run upgrade 0.2.0
expect "what runs is not what the release handler believes" 1 '*' '*does not run version 0.2.0, as the release handler believes, but has *tally-0.1.0*'
run remove 0.1.0
expect "remove of what really runs" 1 '' '*0.1.0 cannot be removed: the node runs its tally-0.1.0'
run stop
expect stop 0 ok ''
