#!/bin/sh
# Strips every installed .beam file, and compares the bytes with those that OTP's beam_lib
# and Elixir's Mix.Release make.
#
#     sh strip_oracle.sh BUILD_DIR [FOLDER...]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tool=$1/tests/strip_tool
shift
[ $# -gt 0 ] || set -- /usr/lib/erlang /usr/lib/elixir

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

find "$@" -name '*.beam' -type f | LC_ALL=C sort >"$work/list"
mkdir "$work/packed" "$work/plain" "$work/docs"
"$tool" "$work/list" "$work/packed" true
"$tool" "$work/list" "$work/plain" false
"$tool" "$work/list" "$work/docs" true Docs Line CInf
escript "$here/strip_oracle.escript" "$work"
