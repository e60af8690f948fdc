#!/bin/sh
# Tests the scripts of releases on real virtual machines.
#
# usage: run.sh [SHELL [ERLANG_RELEASE ELIXIR_RELEASE HOST_RELEASE]]
# SHELL is dash, bash or 'busybox ash'. Without folders, releases are made by hand; those given
# must hold the application of demo.erl. TESTS="node cookie" runs only these.

here=$(cd "$(dirname "$0")" && pwd)
shell=${1:-dash}
made=''
if [ "$#" -ge 4 ]; then
    shift
else
    made=$(mktemp -d "${TMPDIR:-/tmp}/relc-fixture.XXXXXX")
    trap 'rm -rf "$made"' EXIT
    for kind in erlang elixir host; do
        sh "$here/make_fixture.sh" "$kind" "$made/$kind" || exit 1
    done
    set -- "$made/erlang" "$made/elixir" "$made/host"
fi

# The topics share nothing but the processor, and wait for most of their time.
logs=$(mktemp -d "${TMPDIR:-/tmp}/relc-logs.XXXXXX")
trap 'rm -rf "$made" "$logs"' EXIT
trap 'exit 1' INT TERM
topics=''
for file in "$here"/test_*.sh; do
    topic=${file##*/test_}
    topic=${topic%.sh}
    case " ${TESTS:-$topic} " in
    *" $topic "*)
        topics="$topics $topic"
        { sh "$file" "$shell" "$@" && echo "topic passed"; } >"$logs/$topic" 2>&1 &
        ;;
    esac
done
wait
status=0
for topic in $topics; do
    grep -v '^topic passed$' "$logs/$topic"
    grep -q '^topic passed$' "$logs/$topic" || status=1
done
[ "$status" -eq 0 ] || printf 'some tests of the scripts failed under %s\n' "$shell" >&2
exit "$status"
