#!/bin/sh
# Every script is POSIX sh and clean under shellcheck; those of templates/ have a test of
# their own (tests/scripts/test_static.sh): tests/lint/shell_lint.sh BUILD_DIR
set -eu
cd "$(dirname "$0")/../.."
# lib.sh sets what the tests use (SC2154) and is found at run time (SC1091, SC2034); SC2016: what
# must not expand is what many tests are about.
find .ci examples tests -type f \( -name '*.sh' -o -name run \) \
    -exec shellcheck -s sh -e SC1091,SC2016,SC2034,SC2154 {} +
echo "all scripts pass shellcheck"
