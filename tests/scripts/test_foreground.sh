#!/bin/sh
# Nodes that are not daemons, signals, other users.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"

# foreground ARGUMENT...: in the background of this test; sets $pid
foreground() {
    # shellcheck disable=SC2086
    $shell_under_test "$release/bin/$name" foreground "$@" >"$work/fg" 2>&1 </dev/null &
    pid=$!
    vm_pids="$vm_pids $pid"
}

foreground 'a b' "it's \"\$x\"" --flag -x ''
check "foreground answers" wait_for answers
run pid
expect "the command has become the node" 0 "$pid" ''
run rpc 'demo:arguments()'
expect "arguments reach the application" 0 '\[<<"a b">>,<<"it'\''s \\"$x\\"">>,<<"--flag">>,<<"-x">>,<<>>\]' ''
kill -TERM "$pid"
wait "$pid"
check "SIGTERM stops in order, status 0" [ "$?" -eq 0 ]

copy_release "$elixir_release" "$work/elixir"
LC_ALL=C foreground 'a b' -x 'ünïcode'
check "foreground with Elixir answers" wait_for answers
run rpc 'System.argv()'
expect "arguments are System.argv(), in any locale" 0 '\["a b", "-x", "ünïcode"\]' ''
run stop
expect "stop" 0 ok ''
copy_release "$erlang_release" "$work/rel"

# HOME unset, and an unprivileged user
(
    unset HOME
    foreground
    wait_for answers || exit 1
    run rpc 'os:getenv("HOME")'
    expect "without HOME" 0 false ''
    run stop
    expect "stop without HOME" 0 ok ''
    exit "$failures"
) || not_ok "a node without HOME"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
    rm -rf "$work/mutable"
    mkdir "$work/mutable"
    chmod 711 "$work"
    chown 65534 "$work/mutable"
    # shellcheck disable=SC2086
    unprivileged="setpriv --reuid 65534 --regid 65534 --clear-groups $shell_under_test"
    rm -rf "${release:?}/var"
    # shellcheck disable=SC2086
    $unprivileged "$release/bin/$name" start >"$work/out" 2>&1 </dev/null
    status=$? out=$(cat "$work/out") err=''
    expect "a release that the user cannot write to" 1 '*set RELEASE_MUTABLE_DIR*' ''
    # Its vm.args, which has to be changed for another name, is what cannot be written first.
    # shellcheck disable=SC2086
    NAME=other@127.0.0.1 $unprivileged "$release/bin/$name" start >"$work/out" 2>&1 </dev/null
    status=$? out=$(grep -c 'set RELEASE_MUTABLE_DIR' "$work/out")
    expect "the first file that cannot be written ends it" 1 1 ''
    export RELEASE_MUTABLE_DIR="$work/mutable"
    for command in start ping stop; do
        # shellcheck disable=SC2086
        $unprivileged "$release/bin/$name" "$command" >"$work/out" 2>&1 </dev/null
        status=$? out=$(cat "$work/out")
        expect "$command of an unprivileged user, read-only release" 0 '*' ''
    done
    check "nothing was written into the release" [ ! -e "$release/var" ]
    unset RELEASE_MUTABLE_DIR
fi
