#!/bin/sh
# What needs no node: finding the release, help, wrong usage.

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/a release's \"folder\" \$HOME"

run version
expect "version" 0 "$name $vsn" ''
run --version
expect "--version" 0 "$name $vsn" ''
run help
expect "help is on standard output" 0 "*Commands:*foreground*remote_console*" ''
run
expect "no command is help" 0 "*Commands:*" ''
run help stop
expect "help of a command" 0 "Usage: $name stop*RELEASE_STOP_TIMEOUT*" ''
run help stp
expect "help of an unknown command" 1 '' "*unknown command 'stp'; did you mean 'stop'?*"
run help start
expect "help of start" 0 "Usage: $name start *" ''
run help daemon
expect "help of a name of mix release" 0 "Usage: $name daemon *the same as \`start\`" ''
run help
expect "help tells the names of mix release" 0 "*Their names in mix release and rebar3:*daemon *remsh *mix release is 'foreground'*" ''
mkdir -p "$release/releases/$vsn/commands"
printf '#!/bin/sh\n# shellcheck shell=sh\n# seed [FILE]: fills the database\n#\n# From rel/seeds.\n\n# not this\n' >"$release/releases/$vsn/commands/seed.sh"
printf '# Moves the tables.\n:\n' >"$release/releases/$vsn/commands/migrate-all.sh"
printf ':\n# no comment\n' >"$release/releases/$vsn/commands/plain.sh"
run help
expect "help lists custom commands" 0 "*Custom commands:*migrate-all *Moves the tables.*plain *seed \[FILE\] *fills the database*" ''
run help seed
expect "help of a custom command" 0 "Usage: $name seed \[FILE\]

fills the database

From rel/seeds." ''
run help migrate-all
expect "help of a custom command, a plain comment" 0 "Usage: $name migrate-all \[ARGUMENT...\]

Moves the tables." ''
run help plain
expect "help of a custom command without comment" 0 "Usage: $name plain*without a description" ''
run help ../commands/seed
expect "help of a path" 1 '' "*unknown command*"
run sed
expect "nearest of the custom commands" 1 '' "*unknown command 'sed'; did you mean 'seed'?*"
rm -r "$release/releases/$vsn/commands"
for word in foregruond remote_consol strat evl; do
    run $word
    expect "nearest command of $word" 1 '' "*unknown command '$word'; did you mean '*'?*"
done
run frobnicate
expect "an unknown command that is like none" 1 '' "$name: unknown command 'frobnicate'
'$name help' lists the commands"
# shellcheck disable=SC2016 # as they are
for word in ../../x 'a b' "it's" '*' '$HOME' -x; do
    run "$word"
    expect "a word that is no command: $word" 1 '' "*unknown command '$word'*"
done
run ping
expect "ping before the first start" 1 '' "*'$node' is not running"
check "a failed ping writes nothing" [ ! -e "$release/var" ]
run rpc
expect "rpc without expression" 1 '' "*rpc needs an expression*"
run rpc a b
expect "rpc with two arguments" 1 '' "*rpc takes one argument*"
run eval
expect "eval without expression" 1 '' "*eval needs an expression*"
run attach
expect "attach to nothing" 1 '' "*nothing to attach to*"
run stop
expect "stop without node" 1 '' "*'$node' is not running"
NO_COLOR=1 run stop
case $err in
*"$(printf '\033')"*) not_ok "no colour in a file" ;;
*) ok "no colour in a file" ;;
esac

# through symbolic links: absolute, relative, a chain, a linked folder; a bare name; from PATH
real=$release/bin/$name
mkdir "$work/links" "$work/links/sub"
ln -s "$real" "$work/links/one"
ln -s ../one "$work/links/sub/two"
ln -s "$release" "$work/links/folder"
for link in "$work/links/one" "$work/links/sub/two" "$work/links/folder/bin/$name"; do
    # shellcheck disable=SC2086
    out=$($shell_under_test "$link" version 2>&1)
    check "through ${link#"$work"/}" [ "$out" = "$name $vsn" ]
done
# shellcheck disable=SC2086
out=$(cd "$work/links/sub" && $shell_under_test ./two version 2>&1)
check "a relative call through links" [ "$out" = "$name $vsn" ]
# shellcheck disable=SC2086
out=$(cd "$release/bin" && $shell_under_test "$name" version 2>&1)
check "a bare name in the same folder" [ "$out" = "$name $vsn" ]
out=$(cd / && PATH="$work/links:$PATH" && export PATH && one version 2>&1)
check "from PATH" [ "$out" = "$name $vsn" ]
out=$(cd / && CDPATH=/usr "$real" version 2>&1)
check "with CDPATH set" [ "$out" = "$name $vsn" ]

REL_VSN=9.9.9 run version
expect "a version that is not installed" 1 '' "*version '9.9.9' is not installed*"
cp -R "$release/releases/$vsn" "$release/releases/0.9.9"
REL_VSN=0.9.9 run version
expect "a version of the caller's choice" 0 "$name 0.9.9" ''
RELEASE_INHERITED="0.9.9 1.2" REL_VSN=0.9.9 ERTS_VSN=1.2 run version
expect "a version inherited from a node is not the caller's choice" 0 "$name $vsn" ''
mv "$release/releases/start_erl.data" "$release/releases/kept"
run version
expect "start_erl.data is missing" 1 '' "*start_erl.data*"
printf 'one-word\n' >"$release/releases/start_erl.data"
run version
expect "start_erl.data is damaged" 1 '' "*does not hold*"
