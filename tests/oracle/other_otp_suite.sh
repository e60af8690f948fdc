#!/bin/sh
# One chroot's part of other_otp.sh, which starts it in namespaces of its own:
#
#     other_otp_suite.sh BUILD_DIR CHROOT SUITE
# shellcheck disable=SC2034,SC2154 # shared with boot_compare.sh
set -eu

build=$1
CHROOT=$2
suite=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
sets=${RELC_OTP_SETS:-300}
seed=${RELC_OTP_SEED:-$(date +%s)}
tool=$build/tests/boot_tool
root=$CHROOT/usr/lib/erlang
export CHROOT
# shellcheck source=/dev/null
. "$here/boot_compare.sh"

# These end with this process: it is the first one of its namespaces.
prepare() {
    busybox ip link set lo up
    mount -t proc proc "$CHROOT/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$CHROOT/dev/pts"
    # erl_call dies when the name of the machine has no address
    printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$CHROOT/etc/hosts"
}

in_chroot() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 chroot "$CHROOT" "$@"
}

# The cases are made by the chroot's systools, in a folder that has another name out here.
compare() {
    work=$CHROOT/tmp/relc-boot
    mkdir "$work" "$work/c"
    cp "$here/boot_oracle.erl" "$work/"
    in_chroot erlc -o /tmp/relc-boot /tmp/relc-boot/boot_oracle.erl
    in_chroot erl -noshell -pa /tmp/relc-boot -run boot_oracle main /tmp/relc-boot/c \
        "$sets" "$seed"
    sed "s,\(^\| \)/tmp/,\1$CHROOT/tmp/,g" "$work/c/cases" >"$work/cases"
    mv "$work/cases" "$work/c/cases"
    compare_cases "$work/c"
    compare_installed "$work"
    echo "boot scripts: $equal equal, $refused refused by both, $own of the installation made anew, $bad wrong (seed $seed)"
}

prepare
otp=$(in_chroot erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
elixir=$(in_chroot elixir -e 'IO.write(System.version())')
echo "--- $suite: OTP $otp, Elixir $elixir"
compare
failed=$bad
TMPDIR=$CHROOT/tmp CHROOT_ELIXIR=$elixir sh "$here/other_otp_release.sh" "$build" ||
    failed=$((failed + 1))
[ "$failed" -eq 0 ]
