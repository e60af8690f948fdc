#!/bin/sh
# Every C file is as .clang-format would write it: tests/lint/format_lint.sh BUILD_DIR
set -eu
cd "$(dirname "$0")/../.."
find src include tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
echo "all C files are formatted"
