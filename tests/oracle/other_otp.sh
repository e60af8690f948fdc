#!/bin/sh
# relc against the Erlang and Elixir of Debian's other releases, in chroots:
#
#     sh tests/oracle/other_otp.sh BUILD_DIR [SUITE...]
#
# For each suite: boot scripts compared with what that OTP's systools makes and with those
# it came with, relups with systools', and releases built here, booted and upgraded there
# (other_otp_suite.sh). Then upgrades from each OTP to the next one, that of this machine
# among them (other_otp_restart.sh). Root only. The chroots stay in RELC_OTP_CACHE (/var/tmp/relc-otp, 0.3 GB each) for the next time.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
cache=${RELC_OTP_CACHE:-/var/tmp/relc-otp}
suites='bullseye trixie forky' # OTP 23, 27, 29
packages='erlang-base erlang-runtime-tools erlang-mnesia erlang-tools erlang-xmerl elixir'
child=

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'other_otp: %s\n' "$1" >&2
    [ -z "${2-}" ] || printf '  hint: %s\n' "$2" >&2
    exit 1
}

# isolated [UNSHARE-OPTION] COMMAND...: in namespaces of its own, so that what it mounts
# vanishes and what it starts is killed when it ends, however it ends. In the background, so
# that a signal to this script is not held up until then.
isolated() {
    unshare --mount --pid --fork --mount-proc --kill-child "$@" &
    child=$!
    isolated_status=0
    wait "$child" || isolated_status=$?
    child=
    return "$isolated_status"
}

clean_up() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM
    if [ -n "$child" ]; then
        kill -s KILL "$child" 2>/dev/null || :
        wait "$child" 2>/dev/null || :
        sleep 1 # for what is in its namespaces, which nobody can wait for
        remove_leftovers
    fi
    exit "$status"
}

# --- chroots -------------------------------------------------------------------------

install_debootstrap() {
    ! command -v debootstrap >/dev/null || return 0
    command -v apt-get >/dev/null || fail 'there is no debootstrap on this machine'
    say 'installing: debootstrap'
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq \
        --no-install-recommends debootstrap </dev/null >/dev/null
}

# The first of this machine's own mirrors that has the suite; old ones move to the archive.
find_mirror() {
    for mirror in $(own_mirrors) http://deb.debian.org/debian http://archive.debian.org/debian; do
        if has_suite "$mirror" "$1"; then return 0; fi
    done
    return 1
}

# Of the lines "deb [options] URI SUITE COMPONENT..." and of the newer files, "URIs: URI".
own_mirrors() {
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
        /etc/apt/sources.list.d/*.sources; do
        [ ! -f "$file" ] || sed -n 's/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p
            s/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\).*/\2/p' "$file"
    done | grep '^https\{0,1\}://.*/debian/*$' | sort -u
}

# apt's own program, for its proxy and its certificates.
has_suite() {
    /usr/lib/apt/apt-helper download-file "$1/dists/$2/Release" "$cache/Release" \
        >/dev/null 2>&1 && rm -f "$cache/Release"
}

# A chroot is whole when its stamp is there and names the packages wanted now.
is_whole() {
    [ "$(cat "$cache/$1/.relc-complete" 2>/dev/null)" = "$packages" ]
}

# make_chroot SUITE: fails when no mirror has it.
make_chroot() {
    ! is_whole "$1" || return 0
    find_mirror "$1" || return 1
    say "making a chroot of Debian $1 from $mirror"
    rm -rf --one-file-system "${cache:?}/$1" "$cache/$1.part" ||
        fail "cannot remove what is left of an earlier $cache/$1"
    # Named, since this debootstrap may be older than the suite.
    script=/usr/share/debootstrap/scripts/sid
    isolated debootstrap --variant=minbase \
        --include="$(printf '%s' "$packages" | tr ' ' ,)" \
        "$1" "$cache/$1.part" "$mirror" "$script" >"$cache/$1.log" 2>&1 </dev/null ||
        fail "debootstrap failed: $(tail -n 1 "$cache/$1.log")" "all of it is in $cache/$1.log"
    rm -rf "$cache/$1.part/var/cache/apt/archives" "$cache/$1.part/var/lib/apt/lists"
    mv "$cache/$1.part" "$cache/$1" || fail "cannot rename $cache/$1.part"
    printf '%s\n' "$packages" >"$cache/$1/.relc-complete"
}

# --- tests ---------------------------------------------------------------------------

remove_leftovers() {
    for folder in "$cache"/*/tmp "$cache/tmp"; do
        rm -rf --one-file-system "$folder"/relc-*
    done
}

run_suite() {
    result=0
    # Without other networks: its nodes and name server meet none of this machine.
    isolated --net sh "$here/other_otp_suite.sh" "$build" "$cache/$1" "$1" || result=$?
    remove_leftovers
    return "$result"
}

# The Erlang installations by their OTP: lines "OTP ROOT".
installations() {
    for root in / $(for suite; do echo "$cache/$suite"; done); do
        data=${root%/}/usr/lib/erlang/releases/start_erl.data
        [ ! -f "$data" ] || printf '%s %s\n' "$(sed 's/.* //' "$data")" "$root"
    done | sort -n -u -k 1,1
}

# run_upgrades OLD NEW: from the Erlang of one root to that of another, on the latter.
run_upgrades() {
    root=${2%/} result=0
    isolated --net env OLD_ERLANG="${1%/}/usr/lib/erlang" CHROOT="$root" \
        TMPDIR="${root:-$cache}/tmp" sh "$here/other_otp_restart.sh" "$build" || result=$?
    remove_leftovers
    return "$result"
}

# upgrade_through SUITE...: from each OTP to the next.
upgrade_through() {
    mkdir -p "$cache/tmp"
    # shellcheck disable=SC2046 # two words each
    set -- $(installations "$@")
    while [ $# -ge 4 ]; do
        say "--- OTP $1 to $3"
        run_upgrades "$2" "$4" || failed="$failed OTP-$1-to-$3"
        shift 2
    done
}

main() {
    [ $# -ge 1 ] || fail 'usage: other_otp.sh BUILD_DIR [SUITE...]'
    for program in relc tests/boot_tool tests/relup_tool; do
        [ -x "$1/$program" ] || fail "there is no '$1/$program'" 'build relc with its tests first'
    done
    build=$(CDPATH='' cd -- "$1" && pwd -P)
    shift
    # shellcheck disable=SC2086 # a list
    [ $# -gt 0 ] || set -- $suites
    [ "$(id -u)" -eq 0 ] || fail 'chroots need root' 'as root: sh tests/run.sh --otp'
    unshare --mount --net --pid --fork --mount-proc true ||
        fail 'this machine allows no namespaces' 'in a container: start it with --privileged'
    mkdir -p "$cache"
    cache=$(CDPATH='' cd -- "$cache" && pwd -P)
    exec 8>"$cache/lock"
    flock -n 8 || fail "another run uses $cache" 'set RELC_OTP_CACHE to another folder'
    install_debootstrap
    remove_leftovers

    failed='' skipped=''
    for suite; do
        if ! make_chroot "$suite"; then
            skipped="$skipped $suite"
        elif ! run_suite "$suite"; then
            failed="$failed $suite"
        fi
    done
    upgrade_through "$@"
    [ -z "$skipped" ] || say "other OTP versions: no mirror with$skipped can be reached"
    [ -z "$failed" ] || say "other OTP versions: failed with$failed"
    [ -z "$failed$skipped" ] || exit 1
    say "other OTP versions: $* passed"
}

trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
main "$@"
