#!/bin/sh
# Runs the examples of the manual: tests/e2e/test_manual.sh BUILD_DIR [FILE...]
#
# In ```console blocks, a line "$ COMMAND" is run (all of a file in one shell, in an empty
# folder), and the lines after it must be its output, standard output and standard error
# together in any order; "..." stands for any lines, or for the rest of a line.
set -eu
PATH=$(cd "$1" && pwd):$PATH
shift
docs=$(cd "$(dirname "$0")/../../docs" && pwd)
[ $# -gt 0 ] || set -- "$docs"/*.md
work=$(mktemp -d)
# A failed example may leave the node of the manual running.
finish() {
    status=$?
    for script in "$work"/*/run/server/bin/hello; do
        if [ -x "$script" ]; then "$script" stop >/dev/null 2>&1 || :; fi
    done
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
unset MIX_ENV RELEASE_COOKIE COOKIE NAME
export NO_COLOR=1 LC_ALL=C.UTF-8

# One example to a pair of files: N.cmd and N.out.
split() {
    awk -v to="$2" '
        /^```console$/ { inside = 1; next }
        /^```/ { inside = 0; next }
        !inside { next }
        /^\$ / { n++; print substr($0, 3) >(to "/" n ".cmd"); printf "" >(to "/" n ".out"); next }
        n { print >(to "/" n ".out") }
        END { print n + 0 }' "$1"
}

# Every expected line is among the actual ones, and nothing else is unless "..." allows it.
matches() {
    awk '
        NR == FNR { expected[++n] = $0; next }
        { actual[++m] = $0 }
        END {
            for (i = 1; i <= n; i++) {
                if (expected[i] == "...") { any = 1; continue }
                at = index(expected[i], "...")
                found = 0
                for (j = 1; j <= m && !found; j++) {
                    if (used[j]) continue
                    if (at ? index(actual[j], substr(expected[i], 1, at - 1)) == 1 : actual[j] == expected[i])
                        found = used[j] = 1
                }
                if (!found) { print "not found: " expected[i]; bad = 1 }
            }
            for (j = 1; j <= m && !any; j++)
                if (!used[j]) { print "not expected: " actual[j]; bad = 1 }
            exit bad
        }' "$1" "$2"
}

run_file() (
    folder=$work/$(basename "$1" .md)
    mkdir -p "$folder/examples" "$folder/run"
    count=$(split "$1" "$folder/examples")
    cd "$folder/run"
    n=0
    while [ "$n" -lt "$count" ]; do
        n=$((n + 1))
        command=$(cat "$folder/examples/$n.cmd")
        status=0
        eval "$command" >"$folder/actual" 2>&1 </dev/null || status=$?
        if [ "$status" != 0 ] || ! matches "$folder/examples/$n.out" "$folder/actual"; then
            echo "$(basename "$1"): '$command' ended with $status and said:"
            cat "$folder/actual"
            exit 1
        fi
    done
    echo "$(basename "$1"): $count commands ran as the manual says"
)

for file; do
    if grep -q '^```console$' "$file"; then
        run_file "$file"
    fi
done
