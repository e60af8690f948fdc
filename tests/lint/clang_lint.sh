#!/bin/sh
# clang compiles everything without a warning (the test build itself is gcc's), the fuzz
# targets too: tests/lint/clang_lint.sh BUILD_DIR
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$1/lint-clang
mkdir -p "$build"
for kind in RELC_TESTS RELC_FUZZ; do
    if ! { cmake -S "$source" -B "$build/$kind" -G Ninja -DCMAKE_C_COMPILER=clang \
        -DCMAKE_BUILD_TYPE=Debug -DRELC_WERROR=ON "-D$kind=ON" &&
        cmake --build "$build/$kind"; } >"$build/log" 2>&1; then
        cat "$build/log"
        exit 1
    fi
done
echo "clang has no warning"
