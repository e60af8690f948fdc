#!/bin/sh
# Boot scripts against systools': tests/oracle/boot_oracle.sh BUILD_DIR [SETS [SEED]]
# Equal files where systools makes some, an error where it refuses; also the boot files
# that the installation came with, made anew from their .rel.
set -eu
build=$(cd "$1" && pwd)
sets=${2:-600}
seed=${3:-20261120}
here=$(cd "$(dirname "$0")" && pwd)
root=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

erlc -o "$work" "$here/boot_oracle.erl"
mkdir "$work/c"
erl -noshell -pa "$work" -run boot_oracle main "$work/c" "$sets" "$seed"
"$build/tests/boot_tool" "$root" <"$work/c/cases" >"$work/answers"

equal=0 refused=0 bad=0 n=0
while read -r answer; do
    n=$((n + 1))
    stem=$work/c/$n/x
    if [ -f "$stem.error" ]; then
        case $answer in
        error:*) refused=$((refused + 1)) ;;
        *)
            bad=$((bad + 1))
            echo "case $n: systools refuses what relc accepts: $(head -c 300 "$stem.error")"
            ;;
        esac
    elif cmp -s "$stem.script" "$stem.relc.script" && cmp -s "$stem.boot" "$stem.relc.boot"; then
        equal=$((equal + 1))
    else
        bad=$((bad + 1))
        echo "case $n: differs: $answer"
        diff "$stem.script" "$stem.relc.script" | head -n 5 || :
    fi
done <"$work/answers"
[ "$n" = "$(wc -l <"$work/c/cases")" ] || { echo "boot_tool ended early"; exit 1; }

# The release files of the installation itself; reading boot files and .rel back.
own=0
for rel in "$root"/releases/*/*.rel; do
    name=$(basename "$rel" .rel)
    boot=$(dirname "$rel")/$name.boot
    [ -f "$boot" ] || continue
    case $name in *no_dot_erlang*) continue ;; esac
    echo "$rel $work/$name" | "$build/tests/boot_tool" "$root" >"$work/answer"
    if cmp -s "$boot" "$work/$name.boot"; then
        own=$((own + 1))
    else
        bad=$((bad + 1))
        echo "$boot differs: $(cat "$work/answer")"
    fi
done

echo "boot scripts: $equal equal, $refused refused by both, $own of the installation made anew, $bad wrong"
[ "$bad" = 0 ] && [ "$equal" -gt 0 ] && [ "$own" -gt 0 ]
