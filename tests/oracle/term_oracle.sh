#!/bin/sh
# Compares relc's terms with OTP's: printing (~tp), encoding (term_to_binary), reading
# (file:consult) of tricky texts and of OTP's own files.
# Usage: term_oracle.sh BUILD_DIR [SEED [COUNT]]; needs escript on PATH.
set -eu

build=$1
seed=${2:-$(date +%s)}
count=${3:-3000}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

if ! command -v escript >/dev/null 2>&1; then
    echo "term_oracle: skipped, there is no escript on PATH"
    exit 77
fi
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
otp=$(erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
echo "term_oracle: OTP $otp, seed $seed"

escript "$here/term_oracle.escript" generate "$work" "$seed" "$count" "$here/term_texts.terms"
echo "$work/terms" | "$tool" print "$otp"
echo "$work/terms" | "$tool" encode "$otp"
cat "$work/texts.names" "$work/system.names" | "$tool" read "$otp"
"$tool" parse "$otp" <"$work/system.names"
escript "$here/term_oracle.escript" check "$work"
