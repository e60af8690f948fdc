#!/bin/sh
# Relups against systools': tests/oracle/relup_oracle.sh BUILD_DIR [PAIRS [SEED]]
# Equal files where only one order is possible, else the same instructions in an allowed
# order; refused for the same reason where systools refuses. Also an upgrade by each entry
# of each appup file of the installed Erlang.
set -eu
tool=$(cd "$1" && pwd)/tests/relup_tool
pairs=${2:-1000}
seed=${3:-20261120}
here=$(cd "$(dirname "$0")" && pwd)
root=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

export ERL_CRASH_DUMP_BYTES=0
erlc -o "$work" "$here/relup_oracle.erl" "$here/relup_compare.erl"
mkdir "$work/c"
erl -noshell -pa "$work" -run relup_oracle main "$work/c" "$pairs" "$seed"
"$tool" "$root" <"$work/c/cases" >"$work/c/answers"
erl -noshell -pa "$work" -run relup_compare main "$work/c"
