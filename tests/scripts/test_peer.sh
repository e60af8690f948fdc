#!/bin/sh
# ping and pingpeer: other nodes, other cookies.

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/one"
one=$release
one_node=$node
run ping --name
expect "an option without its value" 1 '' "*'--name' of 'ping' needs a value"
run ping --name=
expect "an option with an empty value" 1 '' "*'--name' of 'ping' needs a value"
run ping --bogus
expect "an unknown option" 1 '' "*unknown option '--bogus' of 'ping'"
run ping "$node"
expect "a name without its option" 1 '' "*takes no argument '$node'*--name*"
run ping --name 'a b'
expect "a bad name" 1 '' "$name: 'a b@127.0.0.1' is not a node name"
run pingpeer
expect "pingpeer without a name" 1 '' '*needs the name of a node*'
run pingpeer "$node"
expect "no cookie to ping with" 1 '' '*there is no cookie*--cookie*'
check "nothing was written" [ ! -e "$release/var/nodes" ]

run start
expect "start" 0 '' ''
run ping --name "$one_node" --id whatever
expect "ping of itself by name" 0 pong ''
run pingpeer "${one_node%@*}"
expect "pingpeer of a name without host" 0 pong ''
run ping --cookie wrong
expect "itself with another cookie" 1 '' "*'$one_node' is there, but refuses the connection: its cookie is another one*"
run ping
expect "the own cookie is untouched" 0 pong ''
run pingpeer nobody
expect "a peer that is not there" 1 '' "*'nobody@127.0.0.1' is not running"
run pingpeer nobody@host.invalid
expect "a peer on a host that is not there" 1 '' "*'nobody@host.invalid' is not running, cannot be reached, or its cookie is another one"

copy_release "$erlang_release" "$work/two"
printf '%s\n' "-name two$node" >"$release/releases/$vsn/vm.args"
two_node=two$node
COOKIE=of-the-second run start
expect "start of another release" 0 '' ''
release=$one
run pingpeer "$two_node"
expect "a peer with another cookie" 1 '' "*'$two_node' is there, but refuses the connection: its cookie is another one*"
run ping --name "$two_node" --cookie of-the-second
expect "a peer by name and cookie" 0 pong ''
COOKIE=of-the-second run pingpeer "$two_node"
expect "a peer, the cookie from the environment" 0 pong ''
# what erl_call is given
mv "$release"/erts-*/bin/erl_call "$work/erl_call"
cat >"$(echo "$release"/erts-*/bin)/erl_call" <<END
#!/bin/sh
printf '%s\n' "\$@" >>"$work/arguments"
exec "$work/erl_call" "\$@"
END
chmod 755 "$release"/erts-*/bin/erl_call
run ping --name "$two_node" --cookie=of-the-second
expect "a peer by name and cookie, with =" 0 pong ''
if grep -q of-the-second "$work/arguments"; then
    not_ok "the cookie is not in the arguments of erl_call"
else
    ok "the cookie is not in the arguments of erl_call"
fi
check "no folder of a ping is left" [ -z "$(find "$release/var" -name '.ping.*')" ]
run stop
expect "stop" 0 ok ''
release=$work/two
COOKIE=of-the-second run stop
expect "stop of the other" 0 ok ''
