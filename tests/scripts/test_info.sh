#!/bin/sh
# What tells about release and node: describe, status, versions, info, pid; as text and as JSON.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

# json WHAT STATUS FILTER EXPECTED ARGUMENT...: what jq makes of the command's JSON
json() {
    what=$1 wanted=$2 filter=$3 expected=$4
    shift 4
    run "$@" --json
    if ! command -v jq >/dev/null 2>&1; then
        ok "skipped: there is no jq ($what)"
        return
    fi
    if ! result=$(printf '%s\n' "$out" | jq -r -c "$filter" 2>&1); then
        not_ok "$what: is JSON" "$result" "$out" "$err"
    elif [ "$status" -eq "$wanted" ] && [ "$result" = "$expected" ]; then
        ok "$what"
    else
        not_ok "$what" "status $status, wanted $wanted" "$result" "wanted: $expected" "$out" "$err"
    fi
}

copy_release "$erlang_release" "$work/a \"re\\lease
x	y"
path=$release
versions=$release/releases
mkdir -p "$versions/$vsn/hooks/pre_start.d" "$versions/$vsn/hooks/post_stop.d" "$versions/$vsn/commands"
printf '#!/bin/sh\n# Says "hello".\n#   \\ indented\n\n:\n' >"$versions/$vsn/hooks/post_stop.d/10 hello"
printf '# Fills the database.\n:\n' >"$versions/$vsn/commands/seed.sh"

run describe
expect "describe, stopped" 0 "$name-$vsn*Operating system*Status * stopped*Node * $node*Cookie * hidden*Hooks*post_stop/10 hello*Says \"hello\".*Custom commands*seed*Fills the database." ''
check "describe writes nothing" [ ! -e "$release/var" ]
json "describe --json" 0 '[.release.name, .release.version, .release.node, .release.root_dir, .system.status, .system.pid, .release.cookie]' \
    "$(printf '%s' "$path" | jq -R -s -c --arg n "$name" --arg v "$vsn" --arg d "$node" '[$n, $v, $d, ., "stopped", null, "hidden"]')" describe
json "describe --json: scripts" 0 '[.hooks[0].name, .hooks[0].text, .commands[0].name, .commands[0].text]' \
    '["post_stop/10 hello","Says \"hello\".\n  \\ indented","seed","Fills the database."]' describe
run describe --show-cookie
expect "no cookie to show yet" 0 '*Cookie * none yet*' ''
run describe --frobnicate
expect "describe with another option" 1 '' "*unknown argument '--frobnicate'*"
run status
expect "status, stopped" 1 "node * $node
status * stopped" ''
json "status --json, stopped" 1 '[.node, .status, .pid]' "[\"$node\",\"stopped\",null]" status
run status now
expect "status with an argument" 1 '' "*unknown argument 'now'*"
for command in 'info' 'info modules' 'info processes --sort-by size' 'info processes --sort-by' 'info processes x'; do
    # shellcheck disable=SC2086 # words
    run $command
    expect "refused: $command" 1 '' "*"
done
run info processes
expect "info without node" 1 '' '*is not running'
run pid --json
expect "pid without node" 1 '' '*is not running'

# versions by the files alone
kept=''
if [ -f "$versions/RELEASES" ]; then
    kept=yes
    mv "$versions/RELEASES" "$work/RELEASES"
fi
run versions
expect "versions without RELEASES" 0 "\\* $vsn * unregistered" ''
mkdir "$versions/0.0.9" "$versions/0.2.0"
cp "$versions/$vsn/$name.sh" "$versions/0.0.9/"
cat >"$versions/RELEASES" <<END
[{release,"$name","0.2.0","13.1",
          [{kernel,"8.5","/somewhere/lib/kernel-8.5"},
           {stdlib,"4.2","/somewhere/lib/stdlib-4.2"}],
          unpacked},
 {release,"$name","$vsn","13.1",[{kernel,"8.5","/somewhere/lib/kernel-8.5"}],permanent}].
END
run versions
expect "versions of RELEASES and of folders" 0 "  0.2.0 * unpacked
\\* $vsn * permanent
  0.0.9 * unregistered" ''
json "versions --json" 0 '[.name, .start, .from, [.versions[] | [.version, .status]]]' \
    "[\"$name\",\"$vsn\",\"files\",[[\"0.2.0\",\"unpacked\"],[\"$vsn\",\"permanent\"],[\"0.0.9\",\"unregistered\"]]]" versions
rm -r "$versions/RELEASES" "$versions/0.2.0"
[ -z "$kept" ] || mv "$work/RELEASES" "$versions/RELEASES"

RELEASE_DISTRIBUTION=none json "status --json without distribution" 1 .status unknown status
RELEASE_DISTRIBUTION=none json "describe --json without distribution" 0 .system.status unknown describe
RELEASE_DISTRIBUTION=none run versions
expect "versions without distribution" 0 "*\\* $vsn *" ''
run start
expect "start" 0 '' ''
secret=$(cat "$release/var/COOKIE")
run pid
pid=$out
json "pid --json" 0 .pid "$pid" pid
run status
expect "status" 0 "node * $node
status * running
pid * $pid
version * $vsn
otp * [0-9]*
uptime * s" ''
json "status --json" 0 '[.node, .status, .pid, .version, (.uptime | type)]' "[\"$node\",\"running\",$pid,\"$vsn\",\"number\"]" status
run describe
expect "describe, running" 0 "*Status * running*Process * $pid*Running version * $vsn*" ''
case $out in *"$secret"*) not_ok "describe hides the cookie" ;; *) ok "describe hides the cookie" ;; esac
json "describe --json, running" 0 '[.system.status, .system.pid, .release.cookie]' "[\"running\",$pid,\"hidden\"]" describe
json "describe --show-cookie --json" 0 .release.cookie "$secret" describe --show-cookie
ERL_OPTS='-setcookie sesame' run describe
case $out in *sesame*) not_ok "describe hides a cookie in ERL_OPTS" ;; *) ok "describe hides a cookie in ERL_OPTS" ;; esac
run versions
expect "versions of the node" 0 "\\* $vsn * permanent, running
  0.0.9 * unregistered" ''
json "versions --json of the node" 0 .from node versions

run info processes
expect "info processes" 0 'Name * Pid * Current function * Reductions * Memory * Queue*init *<0.0.0>*' ''
for key in reductions memory message_queue name current_function pid; do
    case $key in
    reductions | memory | message_queue) order=reverse ;;
    *) order=. ;;
    esac
    case $key in
    pid) filter='[.[].pid | ltrimstr("<") | rtrimstr(">") | split(".") | map(tonumber)] | . == sort' ;;
    *) filter="[.[].$key] | . == (sort | $order)" ;;
    esac
    json "info processes --sort-by $key" 0 "$filter" true info processes --sort-by $key
done
json "info processes --json" 0 '[.[] | select(.name == "init") | .pid, (.memory | type), .current_function]' \
    '["<0.0.0>","number","init:loop/1"]' info processes
odd='an "odd" \ name
žluť'
run rpc "register(list_to_atom(unicode:characters_to_list(<<\"$(printf '%s' "$odd" | sed 's/[\\"]/\\&/g')\"/utf8>>)), spawn(fun() -> timer:sleep(60000) end)), ok"
expect "a process with an odd name" 0 ok ''
json "info processes: an odd name" 0 '[.[] | select(.name | startswith("an ")) | .name]' "$(printf '%s' "$odd" | jq -R -s -c '[.]')" info processes
kill -STOP "$pid"
RELEASE_CONTROL_TIMEOUT=1 json "status --json of a node that hangs" 1 .status hanging status
kill -CONT "$pid"
COOKIE=wrong json "status --json with another cookie" 1 .status refusing status
run stop
expect "stop" 0 ok ''
json "status --json after stop" 1 .status stopped status
DEMO_START=6000 RELEASE_START_TIMEOUT=1 run start
starting() {
    run status
    case $out in *starting*) return 0 ;; *) return 1 ;; esac
}
check "status while it starts" wait_for starting
expect "status while it starts is a failure" 1 "*status * starting*pid *" ''
run stop
expect "stop while it starts" 0 ok ''
