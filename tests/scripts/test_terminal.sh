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
run start
expect "start" 0 '' ''
: >"$work/tty"
{ type_at 'Attaching' '6 * 7.\r'; type_at '^42' '\0004'; } | terminal attach
shown "attach" '^42'
run ping
expect "the node lives on after attach" 0 pong ''
: >"$work/tty"
{ type_at '1>' '{node(), 6 * 7}.\r'; type_at "'$node',42}" '\0007'; type_at 'User switch' 'q\r'; } | terminal remote_console
shown "remote_console" "'$node',42}"
run ping
expect "the node lives on after remote_console" 0 pong ''
run stop
expect "stop" 0 ok ''
run remote_console
expect "remote_console without node" 1 '' '*is not running'

copy_release "$elixir_release" "$work/elixir"
: >"$work/tty"
{ type_at 'iex(' 'IO.inspect({6 * 7, System.argv()})\r'; type_at '{42, ' 'System.stop()\r'; } | terminal "console 'a b'"
shown "console with IEx" '{42, \["a b"\]}'
run start
expect "start" 0 '' ''
: >"$work/tty"
{ type_at 'iex(' 'IO.inspect({node(), 6 * 7})\r'; type_at ', 42}' '\0003'; type_at 'BREAK' 'a\r'; } | terminal remote_console
shown "remote_console with IEx" "\"$node\", 42}"
: >"$work/tty"
{ type_at 'Attaching' '6 * 7\r'; type_at '42' '\0004'; } | terminal attach
shown "attach with IEx" '42'
: >"$work/tty"
{ type_at '1>' '{node(), 6 * 7}.\r'; type_at "42}" '\0007'; type_at 'User switch' 'q\r'; } | USE_ERL_SHELL=1 terminal remote_console
shown "remote_console with Erlang's shell" "'$node',42}"
run stop
expect "the node lives on after all of it, and stops" 0 ok ''
