#!/bin/sh
# Where the cookie comes from, what it may hold, and who can see it.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"

# seen WHAT COOKIE: the running node has it, and nobody sees it in a list of processes
seen() {
    run rpc 'io:put_chars([atom_to_list(erlang:get_cookie()), $\n]), ok'
    expect "$1: the node has the cookie" 0 '*' ''
    check "$1: it is the one" [ "${out%?ok}" = "$2" ]
    case $(ps -eo args=) in
    *"$2"*) not_ok "$1: not in the arguments of a process" ;;
    *) ok "$1: not in the arguments of a process" ;;
    esac
}

odd='q"u'\''o\te $HOME `id` #;|&'
printf '%s' "$odd" >"$release/releases/COOKIE"
chmod 600 "$release/releases/COOKIE"
run start
expect "a cookie of every odd character" 0 '' ''
seen "configured" "$odd"
run stop
expect "stop" 0 ok ''

COOKIE=from-the-environment run start
expect "COOKIE wins" 0 '' ''
run ping
expect "commands take the cookie that the node was started with" 0 pong ''
COOKIE=wrong run ping
expect "another cookie is refused" 1 '' "*'$node' is there, but refuses the connection: its cookie is another one*"
run ping
expect "and nothing is left of it" 0 pong ''
COOKIE=wrong run rpc 'erlang:node()'
expect "another cookie is refused by rpc" 1 '' "*its cookie is another one*"
rm "$release/var/nodes/$node/.erlang.cookie"
run start
expect "start beside a node with another cookie" 1 '' "*already running on this machine*"
export COOKIE=from-the-environment
rm -f "$release/var/nodes/$node/.erlang.cookie"
seen "COOKIE" "$COOKIE"
unset COOKIE
RELEASE_COOKIE=from-the-environment run stop
expect "RELEASE_COOKIE is the same" 0 ok ''

printf -- '-setcookie "in vm args"\n' >>"$release/releases/$vsn/vm.args"
run start
expect "a cookie in vm.args" 0 '' ''
seen "vm.args" 'in vm args'
run stop
expect "stop" 0 ok ''
sed '/setcookie/d' "$release/releases/$vsn/vm.args" >"$work/vm.args"
cp "$work/vm.args" "$release/releases/$vsn/vm.args"

for bad in 'žluť' "tab	tab" "$(printf '%0300d' 1)"; do
    COOKIE=$bad run start
    expect "refused: $bad" 1 '' '*the cookie from the environment*'
done
: >"$release/releases/COOKIE"
run start
expect "an empty cookie file" 1 '' "*COOKIE' is empty"
printf 'open-cookie' >"$release/releases/COOKIE"
chmod 644 "$release/releases/COOKIE"
run eval 'ok'
expect "eval needs no cookie" 0 '' ''
run start
expect "a cookie file that all can read" 0 '' '*every user*can read the cookie*chmod 600*'
run stop
expect "stop" 0 ok ''
rm "$release/releases/COOKIE"

# a private folder whose rights were lost, for instance by a copy
rm -rf "${release:?}/var"
run start
expect "start" 0 '' ''
random=$(cat "$release/var/COOKIE")
run stop
expect "stop" 0 ok ''
find "$release/var" -name .erlang.cookie -exec chmod 644 {} +
run start
expect "rights of the cookie's copy are mended" 0 '' ''
check "the random cookie is kept" [ "$(cat "$release/var/COOKIE")" = "$random" ]
run stop
expect "stop" 0 ok ''

# parallel first commands agree on one cookie
rm -rf "${release:?}/var"
for n in 1 2 3 4; do
    # shellcheck disable=SC2086
    NAME=rtcookie_$$_$n@127.0.0.1 $shell_under_test "$release/bin/$name" start >"$work/start$n" 2>&1 </dev/null &
done
wait
for n in 1 2 3 4; do
    NAME=rtcookie_$$_$n@127.0.0.1 run ping
    expect "node $n of four started at once" 0 pong ''
    NAME=rtcookie_$$_$n@127.0.0.1 run stop
    expect "stop of node $n" 0 ok ''
done
check "no temporary files are left" [ -z "$(find "$release/var" -name 'COOKIE.*' -o -name '.erlang.cookie.*' -o -name 'start.*')" ]

# a cookie of the user's that appears while the node runs
mkdir "$work/home"
HOME=$work/home run start
expect "start without a cookie in the home folder" 0 '' ''
HOME=$work/home run restart
expect "restart" 0 ok ''
printf 'of-another-program' >"$work/home/.erlang.cookie"
chmod 400 "$work/home/.erlang.cookie"
HOME=$work/home run restart
expect "a restart that would change the cookie is refused" 1 '' "*home/.erlang.cookie' has appeared since the node was started*stop and start the node instead"
HOME=$work/home run ping
expect "and the node can still be reached" 0 pong ''
rm -f "$work/home/.erlang.cookie"
tr -d '\n' <"$release/var/COOKIE" >"$work/home/.erlang.cookie"
chmod 400 "$work/home/.erlang.cookie"
HOME=$work/home run restart
expect "the same cookie there is no harm" 0 ok ''
HOME=$work/home run stop
expect "stop" 0 ok ''
