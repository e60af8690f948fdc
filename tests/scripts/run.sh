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
    trap 'exit 1' INT TERM
    for kind in erlang elixir host; do
        sh "$here/make_fixture.sh" "$kind" "$made/$kind" || exit 1
    done
    set -- "$made/erlang" "$made/elixir" "$made/host"
fi

status=0
for file in "$here"/test_*.sh; do
    topic=${file##*/test_}
    case " ${TESTS:-${topic%.sh}} " in
    *" ${topic%.sh} "*) sh "$file" "$shell" "$@" || status=1 ;;
    esac
done
exit "$status"
