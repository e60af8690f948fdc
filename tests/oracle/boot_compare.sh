# shellcheck shell=sh disable=SC2034,SC2154
# What systools and an installation of Erlang have made, compared with what boot_tool makes.
# Sourced; the caller sets
#   tool  the program boot_tool     root  the Erlang installation
# Differences are printed and counted in $bad.

bad=0

differs() {
    bad=$((bad + 1))
    echo "$1"
}

# compare_cases FOLDER: the cases that boot_oracle.erl has made there. Sets $equal and
# $refused.
compare_cases() {
    equal=0 refused=0 cases=0
    "$tool" "$root" <"$1/cases" >"$1/answers"
    while read -r answer; do
        cases=$((cases + 1))
        compare_case "$cases" "$1/$cases/x" "$answer"
    done <"$1/answers"
    [ "$cases" -eq "$(wc -l <"$1/cases")" ] || differs "boot_tool ended early"
    [ "$equal" -gt 0 ] || differs "no case is equal"
}

compare_case() {
    if [ -f "$2.error" ]; then
        case $3 in
        error:*) refused=$((refused + 1)) ;;
        *) differs "case $1: systools refuses what relc accepts: $(head -c 300 "$2.error")" ;;
        esac
    elif same_script "$2.script" "$2.relc.script" && cmp -s "$2.boot" "$2.relc.boot"; then
        equal=$((equal + 1))
    else
        differs "case $1: differs: $3"
        diff "$2.script" "$2.relc.script" | head -n 5 || :
    fi
}

# Up to OTP 24 systools writes the time into a script, as its second comment.
same_script() {
    [ -f "$2" ] && grep -v '^%% script generated at ' "$1" | cmp -s - "$2"
}

# compare_installed FOLDER: the scripts that the installation came with, made anew in
# FOLDER from their .rel. Sets $own.
compare_installed() {
    own=0
    for rel in "$root"/releases/*/*.rel; do
        if [ -f "${rel%.rel}.boot" ]; then
            compare_release "$rel" "$1/$(basename "$rel" .rel)"
        fi
    done
    for file in "$root"/releases/*/start.boot "$root"/releases/*/start.script \
        "$root"/bin/*.boot "$root"/bin/*.script; do
        [ ! -f "$file" ] || compare_copy "$file" "$1"
    done
    [ "$own" -gt 0 ] || differs "no boot file in $root was made anew"
}

compare_release() {
    options=
    case $1 in */no_dot_erlang.rel) options=--no-dot-erlang ;; esac
    # shellcheck disable=SC2086 # no word or one
    echo "$1 $2" | "$tool" $options "$root" >"$2.answer"
    if ! cmp -s "${1%.rel}.boot" "$2.boot"; then
        differs "${1%.rel}.boot differs: $(cat "$2.answer")"
    elif [ -f "${1%.rel}.script" ] && ! same_script "${1%.rel}.script" "$2.script"; then
        differs "${1%.rel}.script differs"
    else
        own=$((own + 1))
    fi
}

# Copies of those above; start.boot is one of start_clean.boot or of start_sasl.boot.
compare_copy() {
    name=$(basename "$1")
    case $name in
    start.*) set -- "$1" "$2/start_clean.${name#start.}" "$2/start_sasl.${name#start.}" ;;
    *) set -- "$1" "$2/$name" ;;
    esac
    copy=$1
    shift
    for made; do
        case $name in
        *.script) same_script "$copy" "$made" && return ;;
        *) cmp -s "$copy" "$made" && return ;;
        esac
    done
    differs "$copy is not what was made from its .rel"
}
