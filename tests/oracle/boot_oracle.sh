#!/bin/sh
# Boot scripts against systools': tests/oracle/boot_oracle.sh BUILD_DIR [SETS [SEED]]
# Equal files where systools makes some, an error where it refuses; also the boot files
# that the installation came with, made anew from their .rel.
# shellcheck disable=SC2034,SC2154 # shared with boot_compare.sh
set -eu
tool=$(cd "$1" && pwd)/tests/boot_tool
sets=${2:-600}
seed=${3:-20261120}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/boot_compare.sh"
root=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

erlc -o "$work" "$here/boot_oracle.erl"
mkdir "$work/c"
erl -noshell -pa "$work" -run boot_oracle main "$work/c" "$sets" "$seed"
compare_cases "$work/c"
compare_installed "$work"

echo "boot scripts: $equal equal, $refused refused by both, $own of the installation made anew, $bad wrong"
[ "$bad" -eq 0 ]
