# shellcheck shell=sh disable=SC2034
# Helpers of the end-to-end tests; sourced by each test file, which runs as
#   sh test_X.sh BUILD_DIR
# BUILD_DIR/relc is the program under test. Every check prints one line, "ok - WHAT",
# "not ok - WHAT" with what was expected and what came, or "skip - WHAT: WHY"; the last
# line counts them.

topic=${0##*/}
topic=${topic#test_}
topic=${topic%.sh}
if [ "$#" -ne 1 ] || [ ! -x "$1/relc" ]; then
    echo "usage: sh test_$topic.sh BUILD_DIR, the folder that holds the program relc" >&2
    exit 2
fi
build=$(CDPATH='' cd -- "$1" && pwd -P)
relc=$build/relc
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/relc-e2e-$topic.XXXXXX")
work=$(CDPATH='' cd -- "$work" && pwd -P)
# For unshare: who is not root can be it in a user namespace.
user_namespace=
[ "$(id -u)" -eq 0 ] || user_namespace=--map-root-user
node=relc_${topic}_$$@127.0.0.1
limit=120 # seconds that a command may take
newline='
'
checks=0
failures=0
skipped=0

# --- the end: nothing that a test started outlives it --------------------------------

# The processes with their program, root or current folder in the test's own folder.
our_processes() {
    find /proc -maxdepth 2 \( -name exe -o -name cwd -o -name root \) \
        \( -lname "$work" -o -lname "$work/*" \) 2>/dev/null |
        sed -n 's,^/proc/\([0-9]*\)/.*,\1,p' | sort -u | grep -vx "$$"
}

end_processes() {
    for signal in TERM KILL KILL; do
        for pid in $(our_processes); do
            kill -s "$signal" "$pid" 2>/dev/null
        done
        wait_for 3 no_processes && return
    done
}

no_processes() {
    [ -z "$(our_processes)" ]
}

finish() {
    status=$?
    trap - EXIT
    trap '' HUP INT PIPE TERM
    cd /
    end_processes
    chmod -R u+rwX "$work" 2>/dev/null
    rm -rf "$work"
    printf '%s: %d checks, %d failed, %d skipped\n' "$topic" "$checks" "$failures" "$skipped"
    [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ] || status=1
    exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

# --- a known environment -------------------------------------------------------------

# No setting of whoever runs the tests gets in.
for variable in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
    case $variable in
    MIX_* | ERL_* | ELIXIR_* | REBAR_* | RELEASE_* | REL_* | RUN_ERL_* | HEART_* | NAME | \
        NAME_TYPE | COOKIE | ROOTDIR | BINDIR | EMU | PROGNAME | VMARGS_PATH | \
        SYS_CONFIG_PATH | PIPE_DIR | RUNNER_LOG_DIR | ERTS_VSN | EXTRA_OPTS | \
        CODE_LOADING_MODE | USE_HOST_ERTS | USE_ERL_SHELL | NO_COLOR | SOURCE_DATE_EPOCH | \
        RELC_* | XDG_CACHE_HOME)
        unset "$variable"
        ;;
    esac
done
export LC_ALL=C.UTF-8 TERM=xterm HOME="$work/home" MIX_HOME="$work/home/.mix"
mkdir "$work/home" "$work/captured"
umask 022
cd "$work" || exit 1

# --- checks --------------------------------------------------------------------------

ok() {
    checks=$((checks + 1))
    printf 'ok - %s\n' "$1"
}

not_ok() {
    checks=$((checks + 1))
    failures=$((failures + 1))
    printf 'not ok - %s\n' "$1"
    shift
    for line; do
        printf '%s\n' "$line" | sed 's/^/    # /'
    done
}

skip() {
    skipped=$((skipped + 1))
    printf 'skip - %s: %s\n' "$1" "$2"
}

# For what all the rest of a test stands on.
give_up() {
    not_ok "$@"
    exit 1
}

# run COMMAND...: sets $status, $out and $err; standard input is empty.
run() {
    "$@" >"$work/captured/out" 2>"$work/captured/err" </dev/null
    status=$?
    out=$(cat "$work/captured/out")
    err=$(cat "$work/captured/err")
    ran=$*
}

# expect WHAT STATUS OUT-PATTERN ERR-PATTERN: shell patterns, of the last run.
expect() {
    if matches "$status" "$2" && matches "$out" "$3" && matches "$err" "$4"; then
        ok "$1"
    else
        not_ok "$1" "ran: $ran" "expected status $2, output '$3', errors '$4'" \
            "got status $status, output '$out', errors '$err'"
        return 1
    fi
}

# matches TEXT PATTERN
matches() {
    # shellcheck disable=SC2254 # it is a pattern
    case $1 in
    $2) ;;
    *) return 1 ;;
    esac
}

# same WHAT EXPECTED GOT
same() {
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "expected: $2" "got: $3"
    fi
}

# check WHAT COMMAND...: the command succeeds.
check() {
    checked=$1
    shift
    if "$@"; then ok "$checked"; else not_ok "$checked" "failed: $*"; fi
}

# check_not WHAT COMMAND...: the command fails.
check_not() {
    checked=$1
    shift
    if "$@"; then not_ok "$checked" "succeeded: $*"; else ok "$checked"; fi
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

# need PROGRAM...
need() {
    for program; do
        command -v "$program" >/dev/null ||
            give_up "the program $program is there" "tests/run.sh installs what the tests need"
    done
}

process_gone() {
    [ ! -e "/proc/$1" ] || grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status" 2>/dev/null
}

# in_no_arguments TEXT: of no process on this machine.
in_no_arguments() {
    for file in /proc/[0-9]*/cmdline; do
        case $({ tr '\0' ' ' <"$file"; } 2>/dev/null) in
        *"$1"*)
            printf '# found in %s\n' "$file"
            return 1
            ;;
        esac
    done
}

# tree FOLDER: one line for each entry: type, mode, path, target of a link, checksum.
tree() {
    (
        cd "$1" || exit 1
        find . -printf '%y %m %p %l\n'
        find . -type f -exec sha256sum {} +
    ) | LC_ALL=C sort
}

# As root every file can be written. nobody WORDS...: runs them as a user who cannot.
nobody() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# --- releases ------------------------------------------------------------------------

# sequence_project VERSION FOLDER: the example, compiled for prod.
sequence_project() {
    run sh "$top/examples/sequence/use_version.sh" "$1" "$2"
    [ "$status" -eq 0 ] || give_up "examples/sequence is copied in version $1" "$out" "$err"
    (cd "$2" && run env MIX_ENV=prod mix compile && [ "$status" -eq 0 ]) ||
        give_up "examples/sequence $1 compiles" "$(cat "$work/captured/out" "$work/captured/err")"
}

# built WHAT FOLDER OPTION...: relc build in a project's folder must succeed.
built() {
    built=$1
    project=$2
    shift 2
    in_folder "$project" "$relc" build "$@"
    [ "$status" -eq 0 ] || give_up "$built" "ran: $ran" "$out" "$err"
    ok "$built"
}

# in_folder FOLDER COMMAND...: as `run`, there.
in_folder() {
    cd "$1" || give_up "the folder $1 is there"
    shift
    run "$@"
    cd "$work" || exit 1
}

# initialised FOLDER: relc init, and a node name that no other test has.
initialised() {
    in_folder "$1" "$relc" init
    [ "$status" -eq 0 ] || give_up 'relc init succeeds' "$out" "$err"
    rename_node "$1/rel/vm.args"
}

rename_node() {
    grep -q '^-name ' "$1" || give_up "$1 names the node" "$(cat "$1")"
    sed "s/^-name .*/-name $node/" "$1" >"$work/vm.args"
    cat "$work/vm.args" >"$1"
}

# How the release's script is started; tests that start it otherwise define their own.
launch() {
    timeout "$limit" "$@"
}

# with_shell SHELL FILE: writes a program to FILE that runs its arguments where SHELL is
# /bin/sh, also for scripts that a script starts: in a private mount namespace.
with_shell() {
    cat >"$2" <<END
#!/bin/sh
exec unshare $user_namespace --mount sh -c 'mount --bind "\$0" /bin/sh && exec "\$@"' '$(command -v "$1")' "\$@"
END
    chmod 755 "$2"
    "$2" true 2>/dev/null
}

# node COMMAND...: runs a command of the release $name in $release.
node() {
    # The tests set both.
    # shellcheck disable=SC2154
    run launch "$release/bin/$name" "$@"
}

node_answers() {
    node ping
    [ "$status" -eq 0 ]
}

# fresh PACKAGE: unpacked into a folder of its own, $release from then on.
fresh() {
    release=$work/server
    mkdir "$release"
    tar -xzf "$1" -C "$release"
}

# deliver PACKAGE VERSION: lays it where bin/NAME looks for that version.
deliver() {
    mkdir -p "$release/releases/$2"
    cp "$1" "$release/releases/$2/$name.tar.gz"
}

# changes COMMAND VERSION: `upgrade` and the like must bring the running node there.
changes() {
    node "$1" "$2"
    expect "$1 to $2" 0 "*Installed Release: $2${newline}Made release permanent: \"$2\"" ''
}

# answer WHAT EXPRESSION PATTERN: what the node's answer to an rpc must be.
answer() {
    node rpc "$2"
    expect "$1" 0 "$3" ''
}

# A name server that outlives the test, if there is none: one from the test's release
# would serve other nodes too, and end with the test.
if command -v epmd >/dev/null; then
    epmd -names >/dev/null 2>&1 || epmd -daemon </dev/null >/dev/null 2>&1
fi

# --- terminals -----------------------------------------------------------------------

# terminal_open COMMAND-LINE: runs it on a terminal of its own; what appears there is in
# $screen, and terminal_type sends keys.
terminal_open() {
    screen=$work/screen
    keys=$work/keys
    rm -f "$screen" "$keys"
    mkfifo "$keys"
    script -q -f -e -c "$1" "$screen" <"$keys" >/dev/null 2>&1 &
    terminal=$!
    exec 9>"$keys"
}

terminal_type() {
    printf '%b' "$1" >&9
}

# terminal_shows WHAT SECONDS TEXT
terminal_shows() {
    if wait_for "$2" grep -sqaF -e "$3" "$screen"; then
        ok "$1"
    else
        not_ok "$1" "expected on the terminal: $3" "got: $(tail -c 2000 "$screen")"
    fi
}

# Sets $status to that of the command, or to "none" when it does not end.
terminal_close() {
    if wait_for "$1" process_gone "$terminal"; then
        wait "$terminal"
        status=$?
    else
        status=none
    fi
    exec 9>&-
}
