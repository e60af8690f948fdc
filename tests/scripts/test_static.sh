#!/bin/sh
# Shellcheck of everything that goes into a release, and of these tests.

. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")
templates=$here/../../templates

if ! command -v shellcheck >/dev/null 2>&1; then
    ok "skipped: no shellcheck on this machine"
    exit 0
fi
# NAME.sh has values that are quoted when they are filled in.
for file in "$templates/bin/NAME" "$templates/bin/start" "$templates/erts/erl" "$erlang_release"/releases/*/*.sh \
    "$templates"/release/libexec/*.sh "$here"/*.sh; do
    # SC1090, SC1091: sourced by computed names; SC2154, SC2034: variables shared by the files
    # of libexec, which are one program
    if report=$(shellcheck -s sh -e SC1090,SC1091,SC2154,SC2034 "$file" 2>&1); then
        ok "shellcheck ${file##*/}"
    else
        not_ok "shellcheck ${file##*/}" "$report"
    fi
done
for file in "$templates"/release/libexec/*.sh "$templates"/release/libexec/upgrade/*; do
    case $(cat "$file") in
    *'<%'*) not_ok "${file##*/} is copied as it is, and must not have template tags" ;;
    esac
done
