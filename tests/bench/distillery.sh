#!/bin/sh
# Makes a checkout of Distillery that compiles and works with current Elixir and OTP, without
# Hex, for tests/bench/run.sh:
#
#     tests/bench/distillery.sh DISTILLERY ARTIFICERY TARGET
#     DISTILLERY=TARGET tests/bench/run.sh
#
# DISTILLERY and ARTIFICERY (Distillery's only dependency at run time) are Git repositories,
# with or without a work tree, or addresses of such. The versions are $DISTILLERY_REF
# (default 2.1.1) and $ARTIFICERY_REF (default HEAD). TARGET must not exist.
set -eu
[ $# = 3 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
[ ! -e "$3" ] || { echo "$3 exists" >&2 && exit 1; }

checkout() { # REPOSITORY REF FOLDER
    git clone --quiet --no-checkout "$1" "$3"
    git -C "$3" checkout --quiet "$2" --
}

# edit FILE PATTERN SED-SCRIPT: PATTERN must be there, as the script would do nothing else.
edit() {
    grep -q "$2" "$1" || { echo "$1: no $2" >&2 && exit 1; }
    sed "$3" "$1" >"$1.new"
    mv "$1.new" "$1"
}

checkout "$1" "${DISTILLERY_REF:-2.1.1}" "$3"
checkout "$2" "${ARTIFICERY_REF:-HEAD}" "$3/artificery"

# Only what is needed at run time, from here.
edit "$3/artificery/mix.exs" '^  defp deps do$' \
    '/^  defp deps do$/,/^  end$/c\
  defp deps, do: []'
edit "$3/mix.exs" '^  defp deps do$' \
    '/^  defp deps do$/,/^  end$/c\
  defp deps, do: [{:artificery, path: "artificery"}]'
rm -f "$3/mix.lock" "$3/artificery/mix.lock"

# Since OTP 25 release_handler:create_RELEASES/4 takes a relative folder as one of the running
# OTP's own root: Distillery would write there, and then miss the file in its output.
edit "$3/lib/distillery/releases/assembler.ex" ":release_handler.create_RELEASES('./', 'releases'," \
    "s|create_RELEASES('./', 'releases',|create_RELEASES('./', '#{Path.expand(\"releases\")}',|"
