#!/bin/sh
# The same releases by relc, `mix release` with a tar step, rebar3 and, where $DISTILLERY
# names a checkout of it, Distillery: cold, with nothing changed, with one module changed,
# and as a hot upgrade. Everything is run in turns, and in one run.
#
#     tests/bench/run.sh [--sets LIST] [--states LIST] [--tools LIST] [--runs N]
#                        [--disk here|fresh|DIR] [RELC]
#
# Sets: small (examples/sequence), medium (ejabberd), large (all of OTP that is installed),
# gen50, gen200, gen500 (as many applications of 20 modules), each with Elixir and its ERTS.
# States: cold, same, one, upgrade (with the cache empty, and with that of the build before).
# Tools: relc, tar (relc build --tar-only), fast and best (the same with that compression),
# mix, rebar3, distillery, limit (the copying and compressing alone, and dd of the tarball).
# Disk: here, under $TMPDIR; fresh, new ext4 images there, one for each tool, so that nothing
# that was deleted before counts (as root, Linux); or a folder. RELC: default build/release/relc.
#
# $DISTILLERY: what tests/bench/distillery.sh made, or another checkout that compiles, with
# its dependencies, and can make a release with the installed OTP. $BENCH_LIB: a folder that
# keeps the generated applications from one run to the next.
#
# Needs hyperfine, jq, GNU time, cc and libdeflate; what the tools need; up to 20 GB. Prints
# Markdown. A tool that fails or makes no proper tarball is reported, and the status is 1.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
top=$(dirname "$(dirname "$here")")
sets='small medium large gen50 gen200 gen500'
states='cold same one upgrade'
tools='relc tar fast best mix rebar3 distillery limit'
runs=5
disk=here
relc=$top/build/release/relc
while [ $# -gt 0 ]; do
    case $1 in
    --sets) sets=$2 && shift ;;
    --states) states=$2 && shift ;;
    --tools) tools=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    --disk) disk=$2 && shift ;;
    -*) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    *) relc=$1 ;;
    esac
    shift
done
relc=$(realpath "$relc")
distillery=${DISTILLERY:+$(realpath "$DISTILLERY")}
parent=${TMPDIR:-/tmp}
case $disk in here | fresh) ;; *) parent=$disk ;; esac
base=$(mktemp -d "$(realpath "$parent")/relc-bench.XXXXXX")
unset SOURCE_DATE_EPOCH ERL_LIBS
export MIX_ENV=prod

# shellcheck source=tests/bench/disk.sh
. "$here/disk.sh"
# shellcheck source=tests/bench/projects.sh
. "$here/projects.sh"
# shellcheck source=tests/bench/tools.sh
. "$here/tools.sh"
trap remove_all EXIT
trap 'exit 1' HUP INT TERM

say() {
    echo "$*" >&2
}

failed() { # WHAT
    say "failed: $set $*"
    echo "$set $*" >>"$base/failures"
}

has() { # LIST WORD
    case " $1 " in *" $2 "*) return 0 ;; esac
    return 1
}

without() { # LIST WORD
    # shellcheck disable=SC2086
    for word in $1; do [ "$word" = "$2" ] || printf '%s ' "$word"; done
}

# The tools of a list that can take part in a state.
tools_for() { # STATE
    for tool in $tools; do
        case $tool.$1 in
        limit.* | fast.[!c]* | best.[!c]* | mix.upgrade* | distillery.upgrade-warm | rebar3.upgrade-warm) ;;
        distillery.*) [ -z "$distillery" ] || printf '%s ' "$tool" ;;
        *) printf '%s ' "$tool" ;;
        esac
    done
}

# One run of a command, as one line of JSON: timed STATE TOOL PREPARE COMMAND
timed() {
    hyperfine --style none --shell sh --runs 1 --export-json "$base/one.json" \
        --prepare "$3 sync" "$4 </dev/null" >"$base/log" 2>&1 || return 1
    jq -c --arg set "$set" --arg state "$1" --arg tool "$2" \
        '.results[0] | {$set, $state, $tool, time: .times[0], cpu: (.user + .system)}' \
        "$base/one.json" >>"$base/results"
}

# The same with the peak memory of its largest process and the size of its tarball instead.
weighed() {
    sh -c "$3" >"$base/log" 2>&1 </dev/null || return 1
    command time -f %M -o "$base/peak" sh -c "$4" >"$base/log" 2>&1 </dev/null || return 1
    size=$(stat -c %s "$(tarball_of "$2" "$(version_in "$1")")") || return 1
    record_size "$1" "$2" "$size" "$(tail -n 1 "$base/peak")"
}

record_size() { # STATE TOOL SIZE [PEAK]
    printf '{"set": "%s", "state": "%s", "tool": "%s", "size": %d, "peak": %d}\n' \
        "$set" "$1" "$2" "$3" "${4:-0}" >>"$base/results"
}

# One run of a tool and what it must have made: once STATE TOOL ROUND
once() {
    way=timed
    [ "$3" != 0 ] || way=weighed
    "$way" "$1" "$2" "$(prepare_of "$2" "$1")" "$(enter "$2") $(command_of "$2" "$1")" || {
        tail -n 20 "$base/log" >&2
        failed "$1 $2: the command"
        return 1
    }
    check_built "$2" "$(version_in "$1")" || {
        failed "$1 $2: $problem"
        return 1
    }
}

# Round 0 is not timed; a tool that fails does not take part in the rounds that follow.
measure_state() { # STATE
    say "$set: $1"
    active=$(tools_for "$1")
    case $1 in
    same | one)
        for tool in $active; do
            [ -f "$(tarball_of "$tool" 1.0.0)" ] || once cold "$tool" 0 || active=$(without "$active" "$tool")
        done
        ;;
    esac
    round=0
    while [ $round -le "$runs" ]; do
        [ "$1" != one ] || cp "$base/own/own.beam.$((round + 1))" "$lib/own-1.0.0/ebin/own.beam"
        for tool in $active; do
            once "$1" "$tool" $round || active=$(without "$active" "$tool")
        done
        [ "$1" != "${states%% *}" ] || [ $round = 0 ] || measure_limits
        round=$((round + 1))
    done
}

# Copying the release's files, compressing its tar, and writing the tarball's bytes.
measure_limits() {
    has "$tools" limit && [ -f "$(tarball_of relc 1.0.0)" ] || return 0
    place=$(place_of limit) release=$(place_of relc)/out
    mkdir -p "$place"
    cp "$(tarball_of relc 1.0.0)" "$place/tarball"
    gzip -dc "$place/tarball" >"$place/plain.tar"
    if ! { timed limit copying "$(away "$place/copied")" "cp -R '$release' '$place/copied'" &&
        timed limit compressing '' "'$base/limit' '$place/plain.tar' 6" &&
        timed limit dd "$(away "$place/written")" "dd if='$place/tarball' of='$place/written' bs=1M 2>&1"; }; then
        failed 'limit'
    fi
}

# The files of relc's tarball, as the tar step of `mix release` and gzip compress them.
measure_sizes() {
    has "$tools" relc && [ -f "$(tarball_of relc 1.0.0)" ] || return 0
    files=$(place_of limit)/files
    mkdir -p "$files"
    gzip -dc "$(tarball_of relc 1.0.0)" | tar -xf - -C "$files"
    record_size cold gzip-6 "$(gzip -dc "$(tarball_of relc 1.0.0)" | gzip -6n | wc -c)"
    (cd "$files" && erl -noinput -boot start_clean -eval '
        {ok, Names} = file:list_dir("."),
        ok = erl_tar:create("../erl_tar.tar.gz", lists:sort(Names), [compressed]), halt().')
    record_size cold erl_tar "$(stat -c %s "$files/../erl_tar.tar.gz")"
}

most=0
for set in $sets; do
    case $set in gen*) [ "${set#gen}" -le "$most" ] || most=${set#gen} ;; esac
done
: >"$base/results"
: >"$base/failures"
cc -O2 -o "$base/limit" "$here/limit.c" -ldeflate -pthread
generate "$most"
for set in $sets; do
    say "$set: projects"
    make_disks
    make_projects
    for state in $states; do
        measure_state "$state"
        [ "$state" != upgrade ] || measure_state upgrade-warm
        [ "$state" != "${states%% *}" ] || measure_sizes
    done
    remove_disks
done
jq -rsf "$here/tables.jq" "$base/results"
if [ -s "$base/failures" ]; then
    say 'What failed:'
    cat "$base/failures" >&2
    exit 1
fi
