#!/bin/sh
# Commands of the project's own, and the functions that they and hooks can call.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

# command NAME: the text comes from standard input
command_file() {
    cat >"$release/releases/$vsn/commands/$1"
}

copy_release "$erlang_release" "$work/it's a \"release\""
command_file seed.sh <<'END'
# seed [FILE]: puts books into the database
#
# More about it.
printf '<%s>' "$#" "$@"
exit 7
END
command_file stop.sh <<'END'
echo "not this one"
END
command_file no-comment.sh <<'END'
echo "no-comment $RELEASE_COMMAND $PWD $NAME $NAME_TYPE"
END
run seed 'a b' '' '*' "it's \"\$x\"" --json -- -x
expect "arguments and status" 7 "<7><a b><><\*><it's \"\$x\"><--json><--><-x>" ''
run stop
expect "the release's own commands win" 1 '' '*is not running'
run no-comment
expect "what a command finds" 0 "no-comment no-comment $release $node -name" ''
run help
expect "help lists them" 0 '*Custom commands:*no-comment*seed \[FILE\]*puts books into the database*' ''
run help seed
expect "help of one" 0 "Usage: $name seed \[FILE\]*puts books into the database*More about it.*" ''
printf '# of another name\necho "other $1"\n' >"$release/releases/$vsn/commands/other.bash"
run other x
expect "a command with another extension" 0 'other x' ''
run help other
expect "its help" 0 '*of another name*' ''
run help
expect "in the list" 0 '*Custom commands:*other*of another name*' ''
run describe
expect "in describe" 0 '*Custom commands*other*of another name*' ''
run sed
expect "nearest command" 1 '' "*unknown command 'sed'; did you mean 'seed'?*"
for word in ../commands/seed seed.sh 'se*' .; do
    run "$word"
    expect "no command: $word" 1 '' "*unknown command*"
done
(cd / && cd "$work" && run seed x && expect "from another folder" 7 '<1><x>' '')

# without node
command_file try.sh <<'END'
"$@"
END
run try require_live_node
expect "require_live_node without node" 1 '' "*the node '$node' is not running"
run try get_pid
expect "get_pid without node" 1 '' "*the node '$node' is not running"
run try require_cookie
expect "require_cookie before the first start" 1 '' '*there is no cookie yet*'
run try release_remote_ctl ping
expect "release_remote_ctl without node" 1 '' "*the node '$node' is not running"
run try release_ctl eval 'io:format("~p ~p~n", [node(), init:get_plain_arguments()])' a 'b c'
expect "release_ctl eval" 0 'nonode@nohost \["a","b c"\]' ''
run try release_ctl eval 'demo:say/0'
expect "release_ctl eval of a missing function" 1 '' '*undef*'
run try release_ctl eval 'halt(5)'
expect "release_ctl eval that halts" 5 '' ''
run try release_ctl eval --mfa demo:say/1 'x y'
expect "release_ctl eval --mfa" 0 'x y' ''
run try release_ctl nonsense
expect "release_ctl of no command" 1 '' "*no command 'nonsense' for release_ctl"
run try release_ctl seed
expect "release_ctl is for the release's own commands" 1 '' "*no command 'seed'*"
run try release_ctl help ping
expect "release_ctl help" 0 "Usage: $name ping*" ''
run try fail 'the reason' why
expect "fail" 1 '' "$name: the reason why"
run try notice 'a b'
expect "notice" 0 '' 'a b'
run try success 'a b'
expect "success" 0 'a b' ''
run try info 'a b'
expect "info" 0 'a b' ''
run try gen_id
expect "gen_id" 0 '[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]' ''
first=$out
run try gen_id
check "another one each time" [ "$out" != "$first" ]
run try gen_nodename
expect "gen_nodename" 0 "${node%@*}-????????@127.0.0.1" ''
NAME=short NAME_TYPE=-sname run try gen_nodename
expect "gen_nodename, short" 0 "short-????????" ''
run try get_hostname
expect "get_hostname" 0 127.0.0.1 ''
erts=$(echo "$release"/erts-*)
run try erts_root
expect "erts_root" 0 "$release" ''
run try whereis_erts_bin
expect "whereis_erts_bin" 0 "$erts/bin" ''
run try erts_vsn
expect "erts_vsn" 0 "${erts##*/erts-}" ''
run try otp_vsn
expect "otp_vsn" 0 25 ''
run try erl -noshell -eval 'io:format("~p ~p ~ts", [application:get_env(demo, colour), code:which(demo) =/= non_existing, code:root_dir()]), halt(3).'
expect "erl has the release's code and configuration" 3 "{ok,blue} true $release" ''
run try erl -noshell -boot "$release/bin/no_dot_erlang" -eval 'io:format("~p", [init:get_argument(boot)]), halt().'
expect "erl with another boot file" 0 '{ok,\[\["*/bin/no_dot_erlang"\]\]}' ''
printf '#!/usr/bin/env escript\nmain(Args) -> io:format("~%sp~%sn", [Args]), halt(4).\n' '' '' >"$release/hello.escript"
run try escript hello.escript 'x y'
expect "escript, relative to the root" 4 '\["x y"\]' ''
run try elixir -e 1
expect "elixir in a release without it" 1 '' "*no Elixir*"
run try run_hooks nonsense
expect "run_hooks of no event" 1 '' "*no hooks named 'nonsense'"
echo 'echo "hook: $1"' >"$release/releases/$vsn/hooks/pre_upgrade.d/1.sh"
run try run_hooks pre_upgrade
expect "run_hooks" 0 "hook: $release/releases/$vsn/hooks/pre_upgrade.d" ''
echo 'false' >"$release/releases/$vsn/hooks/post_upgrade.d/1.sh"
run try run_hooks post_upgrade
expect "run_hooks of a failing one" 1 '' "*has failed*"

# errors end a command, with their status
command_file broken.sh <<'END'
echo before
(exit 9)
echo after
END
run broken
expect "the first failing command is the end" 9 before ''
command_file careful.sh <<'END'
if ! release_ctl eval 'halt(5)'; then echo "failed"; fi
get_pid 2>/dev/null || echo "no node"
value=$(release_ctl eval 'io:format("~p", [1 + 1])')
echo "value: $value"
END
run careful
expect "conditions are no failures" 0 'failed
no node
value: 2' ''
echo 'if' >"$release/releases/$vsn/commands/syntax.sh"
run syntax
expect "a command that does not parse" '[12]' '' '*yntax*'

# on the node
run start
expect "start" 0 '' ''
run pid
pid=$out
run try get_pid
expect "get_pid" 0 "$pid" ''
run try require_live_node
expect "require_live_node" 0 '' ''
run try release_remote_ctl rpc 'demo:hello/0'
expect "release_remote_ctl rpc of mod:fun/0" 0 hello_world ''
run try release_remote_ctl rpc --mfa demo:say/1 "it's \"\$x\""
expect "release_remote_ctl rpc --mfa" 0 "it's \"\$x\"
said" ''
run try release_remote_ctl rpc 'demo:boom()'
expect "release_remote_ctl rpc that raises" 1 '' '*boom*'
run try nodetool ping
expect "nodetool" 0 pong ''
run try release_ctl pid
expect "release_ctl pid" 0 "$pid" ''
run try release_ctl describe
expect "release_ctl describe" 0 "*Node*$node*" ''
PEERNAME=$node NAME=other@127.0.0.1 run try release_remote_ctl ping
expect "PEERNAME" 0 pong ''
PEERNAME=nobody@127.0.0.1 run try release_remote_ctl ping
expect "PEERNAME that is not there" 1 '' "*'nobody@127.0.0.1' is not running"
command_file cookie.sh <<'END'
require_cookie
echo "${#COOKIE}"
END
run cookie
expect "require_cookie" 0 64 ''
n=0
while [ "$n" -lt 6 ]; do
    # shellcheck disable=SC2086
    $shell_under_test "$release/bin/$name" try release_remote_ctl rpc "$n + 100" >"$work/p$n" 2>&1 </dev/null &
    n=$((n + 1))
done
wait
check "six commands at once" [ "$(cat "$work"/p? | tr '\n' ' ')" = '100 101 102 103 104 105 ' ]
run try release_remote_ctl stop
expect "release_remote_ctl stop" 0 ok ''

# Elixir
copy_release "$elixir_release" "$work/elixir"
command_file try.sh <<'END'
"$@"
END
run try release_ctl eval ':demo.say("x")'
expect "elixir: release_ctl eval" 0 x ''
run try release_ctl eval 'Elixir.System.halt/0'
expect "elixir: release_ctl eval of Mod.fun/0" 0 '' ''
run try release_ctl eval 'IO.inspect(System.argv())' a 'b c'
expect "elixir: release_ctl eval with arguments" 0 '\["a", "b c"\]' ''
run try elixir -e 'IO.inspect({System.argv(), Code.ensure_loaded?(:demo), node()})' 'a b' c
expect "elixir: elixir" 0 '{\["a b", "c"\], true, :nonode@nohost}' ''
run try elixir -e 'exit({:shutdown, 6})'
expect "elixir: status of elixir" 6 '' ''
printf 'IO.puts("script")\nIO.inspect(System.argv())\n' >"$work/a.exs"
run try elixir "$work/a.exs" 'x y'
expect "elixir: elixir FILE" 0 'script
\["x y"\]' ''
