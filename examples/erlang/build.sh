#!/bin/sh
# Compiles the application: src/ to ebin/.
set -eu
cd "$(dirname -- "$0")"
mkdir -p ebin
erlc +debug_info +deterministic -Wall -Werror -o ebin src/*.erl
cp src/tally.app ebin/
