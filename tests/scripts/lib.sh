# shellcheck shell=sh disable=SC2034,SC2016
# Helpers of the script tests; sourced by each test file, which runs as
#   test_X.sh SHELL ERLANG_RELEASE ELIXIR_RELEASE HOST_RELEASE
# SHELL may be two words. Every check prints one line, "ok - WHAT" or "not ok - WHAT".

shell_under_test=$1
erlang_release=$2
elixir_release=$3
host_release=$4
topic=${0##*/test_}
topic=${topic%.sh}

node=rt${topic}_$$@127.0.0.1

work=$(mktemp -d "${TMPDIR:-/tmp}/relc-scripts.XXXXXX")
failures=0
vm_pids=''

# The processes that run something in the test's own folder.
our_processes() {
    ps -eo pid=,args= | awk -v w="$work/" -v me="$$" 'index($0, w) && !/awk/ && $1 != me { print $1 }'
}

# Whatever the tests left running ends with them. Heart may be about to start a node anew: they
# are gone when nothing comes for a while.
finish() {
    status=$?
    trap - EXIT INT TERM
    for pid in $vm_pids; do
        kill -9 "$pid" 2>/dev/null
    done
    quiet=0
    rounds=0
    while [ "$quiet" -lt 3 ] && [ "$rounds" -lt 100 ]; do
        quiet=$((quiet + 1))
        rounds=$((rounds + 1))
        for pid in $(our_processes); do
            kill -9 "$pid" 2>/dev/null && quiet=0
        done
        sleep 0.1
    done
    rm -rf "$work"
    [ "$failures" -eq 0 ] || status=1
    exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM

# No setting of whoever runs the tests gets in.
unset NAME NAME_TYPE RELEASE_NODE RELEASE_DISTRIBUTION COOKIE RELEASE_COOKIE REL_VSN ERTS_VSN \
    ERL_OPTS EXTRA_OPTS RELEASE_MUTABLE_DIR RELEASE_CONFIG_DIR VMARGS_PATH SYS_CONFIG_PATH \
    PIPE_DIR RUNNER_LOG_DIR HEART_COMMAND RELEASE_INHERITED ERL_FLAGS ERL_LIBS NO_COLOR

ok() {
    printf 'ok - %s: %s\n' "$topic" "$1"
}

not_ok() {
    failures=$((failures + 1))
    printf 'not ok - %s: %s\n' "$topic" "$1"
    shift
    for line; do
        printf '%s\n' "$line" | sed 's/^/    # /'
    done
}

# copy_release FROM TO: a release of the test's own, with a node name of its own.
copy_release() {
    mkdir -p "$2"
    cp -R "$1/." "$2/"
    release=$2
    rm -rf "${release:?}/var"
    for script in "$release"/bin/*; do
        case $script in
        *.boot | *.bat | */start) ;;
        *) name=${script##*/} ;;
        esac
    done
    read -r _ vsn <"$release/releases/start_erl.data" || [ -n "$vsn" ]
    sed "s/^-name .*/-name $node/" "$1/releases/$vsn/vm.args" >"$release/releases/$vsn/vm.args"
}

# run COMMAND...: the release's script under the shell; sets $status, $out, $err.
run() {
    # shellcheck disable=SC2086 # the shell may be two words
    $shell_under_test "$release/bin/$name" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

# expect WHAT STATUS OUT-PATTERN ERR-PATTERN: shell patterns; of the last run.
expect() {
    # shellcheck disable=SC2254 # they are patterns
    case $status in
    $2) ;;
    *)
        not_ok "$1" "status $status instead of $2" "out: $out" "err: $err"
        return
        ;;
    esac
    # shellcheck disable=SC2254
    case $out in
    $3) ;;
    *)
        not_ok "$1" "wanted on standard output: $3" "got: $out" "err: $err"
        return
        ;;
    esac
    # shellcheck disable=SC2254
    case $err in
    $4) ok "$1" ;;
    *) not_ok "$1" "wanted on standard error: $4" "got: $err" "out: $out" ;;
    esac
}

# check WHAT COMMAND...: the command succeeds.
check() {
    what=$1
    shift
    if "$@"; then ok "$what"; else not_ok "$what" "failed: $*"; fi
}

# wait_for COMMAND...: until it succeeds, for at most 20 seconds.
wait_for() {
    tries=200
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

gone() {
    ! kill -0 "$1" 2>/dev/null
}

answers() {
    run ping
    [ "$status" -eq 0 ]
}
