#!/bin/sh
# No compiler warns: clang on everything, the fuzz targets too, and gcc with optimisation
# (the test build itself has none): tests/lint/compilers_lint.sh BUILD_DIR
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$1/lint
mkdir -p "$build"

# compile NAME CMAKE-OPTION...
compile() {
    name=$1
    shift
    if ! { cmake -S "$source" -B "$build/$name" -G Ninja -DRELC_WERROR=ON "$@" &&
        cmake --build "$build/$name"; } >"$build/$name.log" 2>&1; then
        cat "$build/$name.log"
        exit 1
    fi
    echo "$name: no warning"
}

compile clang -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DRELC_TESTS=ON
compile fuzz -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DRELC_FUZZ=ON
compile release -DCMAKE_BUILD_TYPE=Release
