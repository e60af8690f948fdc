#!/bin/sh
# Compares what relc makes of Elixir configuration files, without Elixir, with what
# Elixir's Config.Reader makes of them: the files of tests/oracle/exs, and thousands of
# random literals, term for term and in the same order.
#
#     sh exs_oracle.sh BUILD_DIR [SEED]
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
tool=$(cd "$1" && pwd -P)/tests/exs_tool
work=$(mktemp -d)
work=$(cd "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cp -R "$here/exs" "$work/corpus"

# What the corpus reads from the environment.
EXS_SET=value EXS_EMPTY='' EXS_NUMBER=4242 EXS_LIST=a.example,b.example
export EXS_SET EXS_EMPTY EXS_NUMBER EXS_LIST
unset EXS_UNSET
LC_ALL=C.UTF-8 elixir "$here/exs_oracle.exs" "$tool" "$work" "${2:-1}" 2>"$work/stderr" || {
    grep -v 'warning' "$work/stderr" >&2
    exit 1
}
