#!/bin/sh
# The same releases by relc, `mix release` with a tar step, rebar3 and, where $DISTILLERY
# names a checkout of it, Distillery: cold, with nothing changed, with one module changed,
# and as a hot upgrade. Everything is run in turns, and in one run.
#
#     tests/bench/run.sh [--sets LIST] [--states LIST] [--tools LIST] [--runs N] [RELC]
#
# Sets: small (examples/sequence), medium (ejabberd), large (all of OTP that is installed),
# gen50, gen200, gen500 (as many applications of 20 modules). States: cold, same, one,
# upgrade. Tools: relc, tar (relc build --tar-only), mix, rebar3, distillery, limit (the
# copying and compressing alone, and dd of the tarball). RELC: default build/release/relc.
#
# Needs hyperfine, jq, GNU time, cc and libdeflate; what the tools need. Prints Markdown.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
top=$(dirname "$(dirname "$here")")
sets='small medium large gen50 gen200 gen500'
states='cold same one upgrade'
tools='relc tar mix rebar3 distillery limit'
runs=5
relc=$top/build/release/relc
while [ $# -gt 0 ]; do
    case $1 in
    --sets) sets=$2 && shift ;;
    --states) states=$2 && shift ;;
    --tools) tools=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    -*) sed -n '2,16s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    *) relc=$1 ;;
    esac
    shift
done
relc=$(realpath "$relc")
[ -n "${DISTILLERY:-}" ] || tools=$(echo " $tools " | sed 's/ distillery / /')
work=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/relc-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export MIX_ENV=prod RELC_CACHE_DIR="$work/cache" HOME="$work/home" XDG_CACHE_HOME="$work/home/.cache"
unset SOURCE_DATE_EPOCH
mkdir -p "$work/home"

say() {
    echo "$*" >&2
}

has() {
    case " $1 " in *" $2 "*) return 0 ;; esac
    return 1
}

# --- the sets ------------------------------------------------------------------------

# Applications that are no part of a release of everything: other packages' in OTP's folder.
otp_applications() {
    erl -noinput -boot start_clean -eval '
        Otp = [list_to_atom(hd(string:split(filename:basename(D), "-")))
               || D <- filelib:wildcard(filename:join(code:lib_dir(), "*"))],
        Known = [asn1, common_test, compiler, crypto, debugger, dialyzer, diameter, edoc, eldap,
                 erl_docgen, et, eunit, ftp, inets, megaco, mnesia, observer, odbc, os_mon, parsetools,
                 public_key, reltool, runtime_tools, snmp, ssh, ssl, syntax_tools, tftp, tools, wx, xmerl],
        io:format("~s", [lists:join(" ", [atom_to_list(A) || A <- Known, lists:member(A, Otp)])]),
        halt().'
}

generated() {
    seq -f 'gen%g' -s ' ' 1 "$1"
}

# Sets $applications, $libraries (folders that hold some) and $first (the release's own).
describe_set() {
    applications='' libraries=''
    case $1 in
    small) ;;
    medium)
        libraries=$(dirname "$(find /usr/lib -maxdepth 2 -name 'ejabberd-[0-9]*' -type d | head -n 1)")
        # Only ejabberd's own folder: all others are in OTP's.
        mkdir -p "$work/medium.lib"
        ln -sfn "$libraries"/ejabberd-[0-9]*[0-9] "$work/medium.lib/"
        libraries=$work/medium.lib applications=ejabberd
        ;;
    large) applications=$(otp_applications) ;;
    gen*) applications=$(generated "${1#gen}") ;;
    esac
}

joined() {
    separator=$1
    shift
    for word; do printf '%s%s' "$between" "$word" && between=$separator; done
}

list() { # SEPARATOR WORD...
    between=''
    joined "$@"
}

# --- the projects --------------------------------------------------------------------

make_relc_project() {
    mkdir -p rel
    name=$set
    [ "$set" != small ] || name=sequence
    # shellcheck disable=SC2086
    cat >rel/config.yaml <<END
environments:
  prod: {include_erts: true}
releases:
  $name:
    version: {current: own}
    lib_dirs: [$(list ', ' "$work/lib" $libraries)]
    applications: [$(list ', ' own $applications)]
END
}

make_mix_project() {
    name=$set
    [ "$set" != small ] || name=sequence
    # shellcheck disable=SC2086
    cat >mix.exs <<END
defmodule Bench.MixProject do
  use Mix.Project

  def project do
    [app: :${name}$1, version: "0.1.0", deps: [],
     releases: [${name}$1: [steps: [:assemble, :tar], strip_beams: false, version: "1.0.0",
       include_executables_for: [:unix], applications: [iex: :permanent, own: :permanent]]]]
  end

  def application do
    [$2 extra_applications: [:logger, :sasl, $(list ', ' own $applications | sed 's/^/:/; s/, /, :/g')]]
  end
end
END
}

make_projects() {
    rm -rf "$work/relc" "$work/mix" "$work/rebar3"
    if [ "$set" = small ]; then
        cp -R "$top/examples/sequence" "$work/relc"
        cp -R "$top/examples/sequence" "$work/mix"
        (cd "$work/mix" && make_mix_project '' 'mod: {Sequence.Application, []}, env: [initial_number: 456],') 
        (cd "$work/relc" && mix compile >/dev/null)
    else
        mkdir -p "$work/relc" "$work/mix/lib"
        (cd "$work/mix" && make_mix_project _mix '')
    fi
    (cd "$work/relc" && make_relc_project)
    (cd "$work/mix" && ERL_LIBS=$erl_libs mix compile >/dev/null 2>&1)
    mkdir -p "$work/rebar3"
    # shellcheck disable=SC2046,SC2086
    cat >"$work/rebar3/rebar.config" <<END
{relx, [{release, {bench, "1.0.0"}, [$(list ', ' own sasl $applications $rebar3_more)]},
        {lib_dirs, [$(list ', ' $(for l in "$work/lib" $libraries $rebar3_libs; do echo "\"$l\""; done))]},
        {include_erts, true}, {include_src, false}, {dev_mode, false}, {extended_start_script, true}]}.
END
}

# --- what is measured ----------------------------------------------------------------

in_project() {
    case $1 in
    relc | tar) echo "cd '$work/relc' && " ;;
    mix) echo "cd '$work/mix' && " ;;
    rebar3) echo "cd '$work/rebar3' && " ;;
    distillery) echo "cd '$work/mix' && " ;;
    esac
}

# The command of a tool, for all states but upgrades.
command_of() {
    case $1 in
    relc) echo "'$relc' build --env=prod --silent" ;;
    tar) echo "'$relc' build --env=prod --silent --tar-only --output='$work/tar.out'" ;;
    mix) echo "ERL_LIBS='$erl_libs' mix release --quiet --overwrite" ;;
    rebar3) echo "ERL_LIBS='$erl_libs' rebar3 tar >/dev/null" ;;
    distillery) echo "ERL_LIBS='$erl_libs' mix distillery.release --silent" ;;
    esac
}

# What makes a state before each run; $flip is 1 or 2 in turns. Old output is moved away: on
# ext4 making files is several times slower for some seconds after others were deleted.
prepare_of() {
    case $1.$2 in
    *.same) echo true ;;
    *.one) echo "cp '$work/lib/own.beam.$flip' '$work/lib/own-1.0.0/ebin/own.beam'" ;;
    relc.*) away "$work/relc/build" "$work/relc/_build/prod/rel" "$work/cache" ;;
    tar.*) away "$work/tar.out" "$work/cache" ;;
    mix.*) away "$work/mix/_build/prod/rel" "$work/mix/_build/prod/"*.tar.gz ;;
    rebar3.*) away "$work/rebar3/_build/default/rel" ;;
    distillery.*) away "$work/mix/_build/prod/rel" ;;
    esac
}

away() {
    mkdir -p "$work/away"
    for path; do
        echo "[ ! -e '$path' ] || mv '$path' \"\$(mktemp -d '$work/away/XXXXXX')\";"
    done
}

# One run of a command, as one line of JSON: measure LABEL PREPARE COMMAND
measure() {
    hyperfine --style none --shell sh --runs 1 --export-json "$work/one.json" \
        --prepare "$2" "$3 </dev/null" >"$work/log" 2>&1 || {
        say "failed: $3"
        tail -n 20 "$work/log" >&2
        return 1
    }
    jq -c --arg what "$1" '.results[0] | {what: $what, time: .times[0], cpu: (.user + .system)}' \
        "$work/one.json" >>"$work/results"
}

peak_of() {
    command time -f %M -o "$work/peak" sh -c "$1" >/dev/null 2>&1 </dev/null || :
    tail -n 1 "$work/peak"
}

measure_state() { # STATE
    for tool in $tools; do
        [ "$tool" != limit ] || continue
        [ "$1" = cold ] || sh -c "$(in_project "$tool")$(command_of "$tool")" >/dev/null 2>&1 </dev/null || :
    done
    round=0
    while [ $round -lt "$runs" ]; do
        round=$((round + 1))
        for tool in $tools; do
            [ "$tool" != limit ] || continue
            flip=$((round % 2 + 1))
            measure "$set $1 $tool" "$(prepare_of "$tool" "$1")" "$(in_project "$tool")$(command_of "$tool")" || :
        done
        [ "$1" != cold ] || measure_limits
    done
}

# Copying the release's files, compressing its tar, and writing the tarball's bytes.
measure_limits() {
    has "$tools" limit || return 0
    tarball=$(find "$work/relc" -name '*.tar.gz' -path '*/releases/*' | head -n 1)
    gzip -dc "$tarball" >"$work/plain.tar"
    cp "$tarball" "$work/tarball"
    release=${tarball%/releases/*}
    measure "$set limit copying" "$(away "$work/copied")" "cp -R '$release' '$work/copied'"
    measure "$set limit compressing" true "'$work/limit' '$work/plain.tar' 6"
    measure "$set limit dd" true "dd if='$work/tarball' of='$work/written' bs=1M 2>/dev/null"
}

# From 1.0.0, which was built into the output folder before, to 1.1.0, delta package included.
measure_upgrade() {
    has "$tools" relc || return 0
    out=$work/upgrade build="cd '$work/relc' && '$relc' build --env=prod --silent --output='$work/upgrade'"
    round=0
    while [ $round -lt "$runs" ]; do
        round=$((round + 1))
        sh -c "$(away "$out") $build"
        mv "$work/lib/own-1.0.0" "$work/own.aside"
        cp -R "$work/lib/next/own-1.1.0" "$work/lib/"
        measure "$set upgrade relc" true "$build --upgrade --delta" || :
        rm -rf "$work/lib/own-1.1.0"
        mv "$work/own.aside" "$work/lib/own-1.0.0"
    done
    rm -rf "$out"
}

measure_peaks_and_sizes() {
    for tool in $tools; do
        [ "$tool" != limit ] || continue
        flip=1
        sh -c "$(prepare_of "$tool" cold)"
        peak=$(peak_of "$(in_project "$tool")$(command_of "$tool")")
        case $tool in
        relc) place=$work/relc ;;
        tar) place=$work/tar.out ;;
        mix | distillery) place=$work/mix/_build ;;
        rebar3) place=$work/rebar3 ;;
        esac
        size=$(find "$place" -name '*.tar.gz' -exec stat -c %s {} + | sort -n | tail -n 1)
        echo "$set $tool $peak ${size:-0}" >>"$work/sizes"
    done
    if has "$tools" relc; then
        for compression in fast best; do
            sed "s/include_erts: true/include_erts: true, compression: $compression/" \
                "$work/relc/rel/config.yaml" >"$work/config.yaml"
            mkdir -p "$work/relc.$compression/rel"
            cp -R "$work/relc/." "$work/relc.$compression/"
            cp "$work/config.yaml" "$work/relc.$compression/rel/config.yaml"
            measure "$set cold $compression" "$(away "$work/cache" "$work/tar.out")" \
                "cd '$work/relc.$compression' && '$relc' build --env=prod --silent --tar-only --output='$work/tar.out'"
            size=$(find "$work/tar.out" -name '*.tar.gz' -exec stat -c %s {} +)
            echo "$set $compression 0 $size" >>"$work/sizes"
            rm -rf "$work/relc.$compression"
        done
    fi
}

# --- the tables ----------------------------------------------------------------------

print_tables() {
    echo "## Times"
    echo
    echo "Seconds: median, (least), CPU; the ratio is of the medians, to relc's."
    echo
    echo "| what | seconds | CPU s | ratio |"
    echo "| --- | --- | --- | --- |"
    jq -rs '
        def round3: . * 10000 | round / 10000;
        def median: sort | .[(length - 1) / 2 | floor];
        group_by(.what) | map({what: .[0].what, time: (map(.time) | median),
            least: (map(.time) | min), cpu: (map(.cpu) | median)}) as $all
        | ($all | map({key: .what, value: .time}) | from_entries) as $times
        | $all[] | . as $row | (.what | split(" ")) as [$set, $state, $tool]
        | ($times[if $state == "limit" then "\($set) cold relc" else "\($set) \($state) relc" end]) as $own
        | "| \(.what) | \(.time | round3) (\(.least | round3)) | \(.cpu | round3) | \(if $own then (.time / $own * 100 | round / 100) else "" end) |"
    ' "$work/results"
    echo
    echo "## Memory and sizes"
    echo
    echo "| what | peak KiB (largest process) | tarball |"
    echo "| --- | --- | --- |"
    awk '{ printf "| %s %s | %s | %s |\n", $1, $2, $3, $4 }' "$work/sizes"
    jq -rs '
        def median: sort | .[(length - 1) / 2 | floor];
        (group_by(.what) | map({key: .[0].what, value: (map(.time) | median)}) | from_entries) as $t
        | ["relc", "mix", "rebar3"][] as $tool
        | select($t["gen50 cold \($tool)"] and $t["gen500 cold \($tool)"])
        | "\nFrom 50 to 500 applications, \($tool): \($t["gen500 cold \($tool)"] / $t["gen50 cold \($tool)"] * 10 | round / 10) times the time."
    ' "$work/results"
}

# --- all of it -----------------------------------------------------------------------

most=1
for set in $sets; do
    case $set in gen*) [ "${set#gen}" -le "$most" ] || most=${set#gen} ;; esac
done
say "generating $most applications"
escript "$here/generate.escript" "$work/lib" "$most"
cc -O2 -o "$work/limit" "$here/limit.c" -ldeflate -pthread
: >"$work/sizes"
for set in $sets; do
    describe_set "$set"
    erl_libs=$work/lib${libraries:+:$libraries}
    rebar3_more='' rebar3_libs=''
    if [ "$set" = small ]; then
        rebar3_more='elixir logger iex'
        rebar3_libs=$(dirname "$(readlink -f "$(command -v elixir)")")/../lib
    fi
    make_projects
    for state in $states; do
        say "$set: $state"
        case $state in
        upgrade) measure_upgrade ;;
        *) measure_state "$state" ;;
        esac
    done
    measure_peaks_and_sizes
    rm -rf "$work/away"
    sleep 6
done
print_tables
