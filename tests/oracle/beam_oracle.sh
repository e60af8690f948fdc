#!/bin/sh
# Compares what beam/ reads of every installed .beam file, and of compressed and
# stripped copies of some, with what OTP's beam_lib reads.
#
#     sh beam_oracle.sh BUILD_DIR [FOLDER...]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tool=$1/tests/beam_tool
shift
[ $# -gt 0 ] || set -- /usr/lib/erlang /usr/lib/elixir

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

find "$@" -name '*.beam' -type f | LC_ALL=C sort >"$work/list"
mkdir "$work/copies"
escript "$here/beam_oracle.escript" copies "$work/list" "$work/copies" >"$work/more"
cat "$work/more" >>"$work/list"
"$tool" "$work/list" >"$work/terms"
escript "$here/beam_oracle.escript" compare "$work/terms"
