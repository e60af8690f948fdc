#!/bin/sh
# The commands that need a terminal: console, attach, remote_console; Erlang's shell and IEx.

. "$(dirname "$0")/lib.sh"

if ! script -q -e -c true /dev/null >/dev/null 2>&1; then
    ok "skipped: there is no script(1) that makes terminals"
    exit 0
fi

# terminal ARGUMENTS: runs the release's script on a terminal; what is piped in is typed, what
# is shown goes to $work/tty.
terminal() {
    TERM=xterm timeout 60 script -q -f -e -c "$shell_under_test '$release/bin/$name' $1" /dev/null >"$work/tty" 2>&1
}

# type_at TEXT KEYS: types when the text is shown.
type_at() {
    wait_for grep -q -- "$1" "$work/tty"
    printf '%b' "$2"
}

shown() {
    if grep -q -- "$2" "$work/tty"; then ok "$1"; else not_ok "$1" "$(cat -v "$work/tty")"; fi
}

copy_release "$erlang_release" "$work/rel"
: >"$work/tty"
{ type_at '1>' '{node(), 6 * 7, init:get_plain_arguments()}.\r'; type_at 42 'init:stop().\r'; } | terminal "console 'a b'"
shown "console" "{'$node',42,\[\"a b\"\]}"
: >"$work/tty"
{ type_at '1>' '{node(), lists:keymember(demo, 1, application:which_applications()), application:get_env(demo, colour)}.\r'; type_at 'blue' 'init:stop().\r'; } | terminal "console_clean"
shown "console_clean: applications are loaded, not started" "{'$node',false,{ok,blue}}"
cp "$release/releases/$vsn/start.boot" "$release/own boot.boot"
for file in "'own boot'" "'$release/own boot.boot'" start.boot; do
    : >"$work/tty"
    { type_at '1>' '{init:get_argument(boot), init:get_plain_arguments()}.\r'; type_at 'boot' 'init:stop().\r'; } | terminal "console_boot $file 'a b'"
    case $file in start.boot) path=$release/releases/$vsn/start ;; *) path="$release/own boot" ;; esac
    # the terminal breaks long lines
    tr -d '\r\n ' <"$work/tty" >"$work/joined"
    if grep -qF "$(printf '%s' "{{ok,[[\"$path\"]]},[\"a b\"]}" | tr -d ' ')" "$work/joined"; then
        ok "console_boot $file"
    else
        not_ok "console_boot $file" "$(cat -v "$work/tty")"
    fi
done
run start
expect "start" 0 '' ''
: >"$work/tty"
{ type_at 'Attaching' '6 * 7.\r'; type_at '^42' '\0004'; } | terminal attach
shown "attach" '^42'
run ping
expect "the node lives on after attach" 0 pong ''
: >"$work/tty"
{ type_at '1>' '{node(), 6 * 7}.\r'; type_at "'$node',42}" '\0007'; type_at 'User switch' 'q\r'; } | terminal remsh
shown "remote_console, as remsh" "'$node',42}"
run ping
expect "the node lives on after remote_console" 0 pong ''
run stop
expect "stop" 0 ok ''
run remote_console
expect "remote_console without node" 1 '' '*is not running'

copy_release "$elixir_release" "$work/elixir"
: >"$work/tty"
{ type_at 'iex(' 'IO.inspect({6 * 7, System.argv()})\r'; type_at '{42, ' 'System.stop()\r'; } | terminal "start_iex 'a b'"
shown "console with IEx, as start_iex" '{42, \["a b"\]}'
run start
expect "start" 0 '' ''
: >"$work/tty"
{ type_at 'iex(' 'IO.inspect({node(), 6 * 7})\r'; type_at ', 42}' '\0003'; type_at 'BREAK' 'a\r'; } | terminal remote_console
shown "remote_console with IEx" "\"$node\", 42}"
: >"$work/tty"
{ type_at 'Attaching' '6 * 7\r'; type_at '42' '\0004'; } | terminal daemon_attach
shown "attach with IEx, as daemon_attach" '42'
: >"$work/tty"
{ type_at '1>' '{node(), 6 * 7}.\r'; type_at "42}" '\0007'; type_at 'User switch' 'q\r'; } | USE_ERL_SHELL=1 terminal remote_console
shown "remote_console with Erlang's shell" "'$node',42}"
run stop
expect "the node lives on after all of it, and stops" 0 ok ''
