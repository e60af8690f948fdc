#!/bin/sh
# Compares relc's terms with OTP's: printing (~tp), encoding (term_to_binary), reading
# (file:consult) of tricky texts and of OTP's own files, and those files written again.
# Usage: term_oracle.sh BUILD_DIR [SEED [COUNT]]; needs escript on PATH. With OTP_CHROOT set,
# the Erlang in that folder (made by debootstrap) is asked instead, by means of bwrap.
set -eu

build=$1
seed=${2:-$(date +%s)}
count=${3:-3000}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
chroot=${OTP_CHROOT:-}

tool=
for candidate in "$build/tests/term_tool" "$build/term_tool"; do
    if [ -x "$candidate" ]; then
        tool=$candidate
    fi
done
if [ -z "$tool" ]; then
    echo "term_oracle: no term_tool in '$build', build it first" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cp "$here/term_oracle.escript" "$here/term_texts.terms" "$work"

# Runs a program of the Erlang that is asked.
erlang() {
    if [ -n "$chroot" ]; then
        bwrap --ro-bind "$chroot" / --proc /proc --dev /dev --tmpfs /tmp \
            --bind "$work" "$work" "$@"
    else
        "$@"
    fi
}

otp=$(erlang erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
echo "term_oracle: OTP $otp, seed $seed"
erlang escript "$work/term_oracle.escript" generate "$work" "$seed" "$count"
echo "$work/terms" | "$tool" print "$otp"
echo "$work/terms" | "$tool" encode "$otp"
cat "$work/texts.names" "$work/system.names" | "$tool" read "$otp"
"$tool" parse "$otp" <"$work/system.names"
"$tool" reprint "$otp" <"$work/script.names"
"$tool" recode "$otp" <"$work/boot.names"
erlang escript "$work/term_oracle.escript" check "$work"
