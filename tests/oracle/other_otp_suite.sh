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
pairs=${RELC_OTP_PAIRS:-200}
seed=${RELC_OTP_SEED:-$(date +%s)}
tool=$build/tests/boot_tool # of boot_compare.sh
root=$CHROOT/usr/lib/erlang
export CHROOT
# shellcheck source=/dev/null
. "$here/boot_compare.sh"
# shellcheck source=/dev/null
. "$here/other_otp_root.sh"

in_chroot() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 chroot "$CHROOT" "$@"
}

# oracle FOLDER COUNT MODULE...: the first module makes cases with the chroot's systools, in
# /tmp/FOLDER there; out here the folder has another name.
oracle() {
    work=$CHROOT/tmp/$1
    folder=/tmp/$1 count=$2 maker=$3
    shift 2
    mkdir "$work" "$work/c"
    for module; do
        cp "$here/$module.erl" "$work/"
        in_chroot erlc -o "$folder" "$folder/$module.erl"
    done
    in_chroot erl -noshell -pa "$folder" -run "$maker" main "$folder/c" "$count" "$seed"
    sed "s,\(^\|[ ,]\)/tmp/,\1$CHROOT/tmp/,g" "$work/c/cases" >"$work/cases"
    mv "$work/cases" "$work/c/cases"
}

compare_boot_scripts() {
    oracle relc-boot "$sets" boot_oracle
    compare_cases "$work/c"
    compare_installed "$work"
    echo "boot scripts: $equal equal, $refused refused by both, $own of the installation made anew, $bad wrong (seed $seed)"
}

# As relup_oracle.sh does it with this machine's OTP.
compare_relups() {
    oracle relc-relup "$pairs" relup_oracle relup_compare
    "$build/tests/relup_tool" "$root" <"$work/c/cases" >"$work/c/answers"
    in_chroot erl -noshell -pa "$folder" -run relup_compare main "$folder/c" ||
        differs "relups differ (seed $seed)"
}

# script NAME: one with releases for this OTP, built out here and run in the chroot.
script() {
    TMPDIR=$CHROOT/tmp CHROOT_ELIXIR=$elixir sh "$here/$1" "$build" || failed=$((failed + 1))
}

prepare_root
otp=$(in_chroot erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
elixir=$(in_chroot elixir -e 'IO.write(System.version())')
echo "--- $suite: OTP $otp, Elixir $elixir"
compare_boot_scripts
compare_relups
failed=$bad
script other_otp_release.sh
script other_otp_upgrade.sh
[ "$failed" -eq 0 ]
