#!/bin/sh
# From a fresh Debian 12 machine to a running node, started from a release that relc
# built. Shows each command that matters before running it; touches nothing beside the
# Debian packages, build/release in this checkout, and a temporary folder.
set -eu

packages='cmake ninja-build gcc libc6-dev pkgconf libarchive-dev zlib1g-dev libdeflate-dev libxxhash-dev libyaml-dev libpcre2-dev libjansson-dev
    erlang-base erlang-runtime-tools elixir'

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
stage='starting up'
work=
server=
problem=
hint=
last_output=

# --- telling what happens ------------------------------------------------------------

say() {
    printf '%s\n' "$*"
}

heading() {
    stage=$1
    printf '\n# %s\n' "$1"
}

# Prints a command as one could type it.
show() {
    line='$'
    for word in "$@"; do
        case $word in
            '' | *[!A-Za-z0-9_./:=@%+,-]*)
                word="'$(printf '%s' "$word" | sed "s/'/'\\\\''/g")'"
                ;;
        esac
        line="$line $word"
    done
    say "$line"
}

# The message comes last, after what clean_up has to show.
fail() {
    problem=$1
    hint=${2-}
    exit 1
}

# Every command gets an empty standard input: none may wait for an answer.
run() {
    show "$@"
    "$@" </dev/null || fail "\"$1\" failed with exit status $?"
}

# For commands whose output is of interest only when they fail.
run_quietly() {
    show "$@"
    quiet_status=0
    "$@" </dev/null >"$work/output" 2>&1 || quiet_status=$?
    [ "$quiet_status" -eq 0 ] && return 0
    tail -n 40 "$work/output" >&2
    fail "\"$1\" failed with exit status $quiet_status (the end of its output is above)"
}

# Runs a command whose output has to match a pattern, and keeps the output.
expect() {
    pattern=$1
    shift
    show "$@"
    expect_status=0
    last_output=$("$@" </dev/null) || expect_status=$?
    say "$last_output"
    [ "$expect_status" -eq 0 ] || fail "\"$1\" failed with exit status $expect_status"
    # The pattern is meant as one.
    # shellcheck disable=SC2254
    case $last_output in
        $pattern) ;;
        *) fail "\"$1\" answered \"$last_output\" instead of \"$pattern\"" ;;
    esac
}

change_folder() {
    show cd "$1"
    cd "$1"
}

# --- leaving nothing behind ----------------------------------------------------------

# The processes that run a program out of the unpacked release: its node and helpers.
release_processes() {
    for link in /proc/[0-9]*/exe; do
        program=$(readlink "$link" 2>/dev/null) || continue
        case $program in
            "$server"/*/epmd*) ;;
            "$server"/*) printf '%s\n' "$link" | sed 's,^/proc/,,; s,/exe$,,' ;;
        esac
    done
}

# Waits for them to end, for some seconds.
processes_end() {
    tries=$1
    while [ -n "$(release_processes)" ]; do
        [ "$tries" -gt 0 ] || return 1
        tries=$((tries - 1))
        sleep 1
    done
}

end_processes() {
    [ -n "$(release_processes)" ] || return 0
    timeout 20 "$server/bin/sequence" stop </dev/null >/dev/null 2>&1 || true
    for signal in TERM KILL; do
        processes_end 3 && return 0
        for pid in $(release_processes); do
            kill -s "$signal" "$pid" 2>/dev/null || true
        done
    done
    processes_end 3 || say "quickstart: these processes would not end:" "$(release_processes)" >&2
}

# The name server that the first node of a machine starts stays when the node stops.
# It is ended if it came from our release; it refuses while other nodes use it.
end_name_server() {
    for link in /proc/[0-9]*/exe; do
        program=$(readlink "$link" 2>/dev/null) || continue
        case $program in
            "$server"/*/epmd) "$program" -kill </dev/null >/dev/null 2>&1 || true ;;
        esac
    done
}

show_node_log() {
    find "$server" -name 'erlang.log.*' -type f -size +0 | while read -r log; do
        printf '\n%s ends with:\n' "$log" >&2
        tail -n 15 "$log" >&2
    done
}

tell_problem() {
    printf '\nquickstart: %s, while %s\n' "${problem:-interrupted}" "$stage" >&2
    [ -z "$hint" ] || printf '  hint: %s\n' "$hint" >&2
}

clean_up() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM
    cd /
    if [ -n "$server" ] && [ -d "$server" ]; then
        [ "$status" -eq 0 ] || show_node_log
        end_processes
        end_name_server
    fi
    [ -z "$work" ] || rm -rf "$work"
    [ "$status" -eq 0 ] || tell_problem
    exit "$status"
}

# --- the steps -----------------------------------------------------------------------

# What this shell was started with must not lead relc, mix or the node elsewhere.
clean_environment() {
    for variable in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
        case $variable in
            MIX_* | ERL_* | ELIXIR_* | RELEASE_* | REL_* | RELX_* | RUN_ERL_* | HEART_* | \
                NAME | NAME_TYPE | COOKIE | ROOTDIR | BINDIR | EMU | PROGNAME | \
                VMARGS_PATH | SYS_CONFIG_PATH | PIPE_DIR | RUNNER_LOG_DIR | REPLACE_OS_VARS | \
                ERTS_VSN | EXTRA_OPTS | CODE_LOADING_MODE | DEBUG_BOOT | SOURCE_DATE_EPOCH)
                unset "$variable"
                ;;
        esac
    done
    export LC_ALL=C.UTF-8 HOME="${HOME:-$work}"
}

missing_packages() {
    for package in $packages; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
        [ "$state" = installed ] || printf ' %s' "$package"
    done
}

install_packages() {
    heading 'installing what is needed'
    command -v apt-get >/dev/null ||
        fail 'there is no apt-get on this machine' \
            'this script is for Debian; README.md says what relc is built from'
    missing=$(missing_packages)
    if [ -z "$missing" ]; then
        say 'Everything is there already.'
        return 0
    fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail 'packages are missing, and there is no sudo to install them' \
                "as root: apt-get install$missing"
        as_root=sudo
    fi
    say "Missing:$missing"
    say 'This takes a minute or two, once.'
    # An empty $as_root must vanish, and the package names must be split.
    # shellcheck disable=SC2086
    run_quietly $as_root apt-get update
    # shellcheck disable=SC2086
    run_quietly $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends $missing
}

build_relc() {
    heading 'building relc'
    change_folder "$top"
    run_quietly cmake --preset release
    run_quietly cmake --build --preset release
    PATH=$top/build/release:$PATH
    say "\$ PATH=\"$top/build/release:\$PATH\""
    run relc --version
}

compile_example() {
    heading 'compiling the example, a copy of examples/sequence'
    run sh "$top/examples/sequence/use_version.sh" 0.1.0 "$work/sequence"
    change_folder "$work/sequence"
    run env MIX_ENV=prod mix compile
}

# Another node on this machine may have the name that relc init gives to this one.
name_node() {
    [ -f rel/vm.args ] || fail 'relc init wrote no rel/vm.args'
    sed '/^[[:space:]]*-s\{0,1\}name[[:space:]]/d' rel/vm.args >"$work/vm.args"
    printf -- '-name %s\n' "$1" >>"$work/vm.args"
    cp "$work/vm.args" rel/vm.args
    say "(in rel/vm.args the node now has the name $1, which no other node has)"
}

build_release() {
    heading 'making a release of it'
    run relc init
    name_node "sequence_$$@127.0.0.1"
    run relc build --env=prod
}

unpack_release() {
    heading 'unpacking the release elsewhere'
    run mkdir "$work/server"
    server=$work/server
    run tar -xzf _build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz -C "$server"
    change_folder "$server"
    run ls
}

run_release() {
    heading 'running the release'
    run bin/sequence start
    wait_for_node
    expect pong bin/sequence ping
    for number in 456 457 458; do
        expect "$number" bin/sequence rpc 'Sequence.Server.next_number()'
    done
    expect '[1-9]*' bin/sequence pid
    release_processes | grep -qxF -e "$last_output" ||
        fail "no process of the release has the id $last_output"
    expect '*0.1.0*' bin/sequence version
}

# The node boots in the background.
wait_for_node() {
    tries=60
    until bin/sequence ping </dev/null >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail 'the node was started, but does not answer'
        sleep 0.5
    done
}

stop_release() {
    heading 'stopping the node'
    run bin/sequence stop
    processes_end 5 || fail 'the node is said to be stopped, but processes of it are left'
}

main() {
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    work=$(mktemp -d "${TMPDIR:-/tmp}/relc-quickstart.XXXXXX")
    work=$(cd "$work" && pwd -P)
    clean_environment
    install_packages
    began=$(date +%s)
    build_relc
    compile_example
    build_release
    unpack_release
    run_release
    stop_release
    say
    say "Done: from relc's sources to a node that ran, in $(($(date +%s) - began)) seconds."
    say 'Next: examples/sequence/README.md, the same step by step.'
}

main
