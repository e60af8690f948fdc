# shellcheck shell=sh
# The tools of tests/bench/run.sh: how each is called, what it starts from, what it makes.
# Needs $relc, $base, $set, $lib, erl_libs_of, place_of, away.
# shellcheck disable=SC2154

# Into a tool's project, with a home, a cache and a folder for temporary files of its own.
enter() { # TOOL
    place=$(place_of "$1")
    echo "export HOME='$place/home' XDG_CACHE_HOME='$place/home/.cache' TMPDIR='$place/tmp'" \
        "RELC_CACHE_DIR='$place/cache' ERL_LIBS='$(erl_libs_of "$1")'; cd '$place/project' &&"
}

version_in() { # STATE
    case $1 in
    upgrade*) echo 1.1.0 ;;
    *) echo 1.0.0 ;;
    esac
}

command_of() { # TOOL STATE
    upgrade='' delta='' relup=''
    case $2 in upgrade*) upgrade=--upgrade delta=--delta relup='release, relup --relname bench --relvsn 1.1.0 --upfrom 1.0.0,' ;; esac
    case $1 in
    relc) echo "'$relc' build --env=prod --silent --output='$(place_of relc)/out' $upgrade $delta" ;;
    tar | fast | best) echo "'$relc' build --env=prod --silent --tar-only --output='$(place_of "$1")/out' $upgrade $delta" ;;
    mix) echo 'mix release --quiet --overwrite' ;;
    rebar3) echo "BENCH_VSN=$(version_in "$2") rebar3 do $relup tar" ;;
    distillery) echo "BENCH_VSN=$(version_in "$2") mix distillery.release --silent $upgrade" ;;
    esac
}

tarball_of() { # TOOL VERSION
    case $1 in
    mix) echo "$(place_of mix)/project/_build/prod/bench-$2.tar.gz" ;;
    rebar3) echo "$(place_of rebar3)/project/_build/default/rel/bench/bench-$2.tar.gz" ;;
    distillery) echo "$(place_of distillery)/project/_build/prod/rel/bench/releases/$2/bench.tar.gz" ;;
    *) echo "$(place_of "$1")/out/releases/$2/bench.tar.gz" ;;
    esac
}

without_output() { # TOOL
    place=$(place_of "$1")
    case $1 in
    mix) away "$place/project/_build/prod/rel" "$(tarball_of mix 1.0.0)" ;;
    rebar3) away "$place/project/_build/default/rel" ;;
    distillery) away "$place/project/_build/prod/rel" ;;
    *) away "$place/out" "$place/cache" ;;
    esac
}

# Commands that make what a tool starts from in a state.
prepare_of() { # TOOL STATE
    case $2 in
    cold) without_output "$1" ;;
    upgrade*)
        echo "set -e; $(with_own 1.0.0) $(without_output "$1")"
        echo "( $(enter "$1") $(command_of "$1" cold) ) </dev/null;"
        [ "$2" != upgrade ] || away "$(place_of "$1")/cache"
        with_own 1.1.0
        with_appup "$1"
        ;;
    esac
}

# The folder of libraries has this version of the application, and not the other.
with_own() { # VERSION
    echo "[ -d '$lib/own-$1' ] || { mv '$lib'/own-* '$lib.own/' && mv '$lib.own/own-$1' '$lib/'; };"
}

# rebar3 makes no appup, and takes the one of the application.
with_appup() { # TOOL
    case $1 in
    rebar3) echo "cp '$lib.own/own.appup' '$lib/own-1.1.0/ebin/';" ;;
    *) echo "[ ! -f '$lib/own-1.1.0/ebin/own.appup' ] || mv '$lib/own-1.1.0/ebin/own.appup' '$lib.own/';" ;;
    esac
}

# Whether a tool's tarball is there and is of these sources; else 1, and $problem says why not.
# What is not compared: the project's own application and relc's with the Elixir protocols.
check_built() { # TOOL VERSION
    tarball=$(tarball_of "$1" "$2")
    problem="no $tarball"
    [ -s "$tarball" ] || return 1
    problem='an old or no module in the tarball'
    tar -xzOf "$tarball" --wildcards "*lib/own-$2/ebin/own.beam" >"$base/own.beam" 2>&1 || return 1
    cmp -s "$base/own.beam" "$lib/own-$2/ebin/own.beam" || return 1
    tar -tzf "$tarball" >"$base/names"
    problem='other applications in the tarball than in others'
    sed -n 's|^\(\./\)\{0,1\}lib/\([^/]*\)/ebin/[^/]*\.app$|\2|p' "$base/names" |
        grep -v '^bench_pro[jt]' | sort >"$base/$1.applications"
    [ -f "$base/$set.$2.applications" ] || cp "$base/$1.applications" "$base/$set.$2.applications"
    cmp -s "$base/$1.applications" "$base/$set.$2.applications" || {
        diff "$base/$set.$2.applications" "$base/$1.applications" >&2 || :
        return 1
    }
    [ "$2" != 1.1.0 ] || check_upgrade "$1" "$tarball"
}

check_upgrade() { # TOOL TARBALL
    problem='no relup in the tarball'
    grep -q '^\(\./\)\{0,1\}releases/1\.1\.0/relup$' "$base/names" || return 1
    # shellcheck disable=SC2034 # read by the caller
    problem='no delta package'
    case $1 in relc | tar) [ -s "${2%.tar.gz}-delta.tar.gz" ] || return 1 ;; esac
}
