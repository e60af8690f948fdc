#!/bin/sh
# Generated appups against Erlang: tests/oracle/appup_oracle.sh BUILD_DIR [PAIRS [SEED]]
# Pairs of versions of compiled modules: which modules changed and of what kind they are is
# as beam_lib sees it; systools accepts the appups, and in its relups no module is replaced
# before what it needs. Two are executed in a running node.
set -eu
tool=$(cd "$1" && pwd)/tests/relup_tool
pairs=${2:-100}
seed=${3:-20261120}
here=$(cd "$(dirname "$0")" && pwd)
root=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

export ERL_CRASH_DUMP_BYTES=0
erlc -o "$work" "$here/appup_oracle.erl"
mkdir "$work/c"
erl -noshell -pa "$work" -run appup_oracle make "$work/c" "$pairs" "$seed"
"$tool" "$root" <"$work/c/lines" >"$work/c/answers"
erl -noshell -kernel logger_level error -pa "$work" -run appup_oracle check "$work/c"
