#!/bin/sh
# Installs what the tests need, builds relc in a test configuration and runs every test.
#
#   sh tests/run.sh [--otp] [CTEST-ARGUMENT...]
#
# --otp also runs the comparisons with older and newer OTPs, in chroots made from Debian's
# other releases, and upgrades on and between them (needs root, some minutes and about 1 GB
# under /var/tmp).
# Further arguments go to ctest, for example: sh tests/run.sh -R oracle
set -eu
cd "$(dirname "$0")/.."

# compiler and libraries; Erlang, Elixir and real applications to compare with; a database
# and its client for examples/book_app; shells; for the scripts of Windows its cmd, and what
# links programs for it
packages="cmake ninja-build gcc clang clang-format pkg-config libc6-dev
    libarchive-dev zlib1g-dev libdeflate-dev libxxhash-dev libyaml-dev libpcre2-dev libjansson-dev libcmocka-dev
    erlang erlang-src elixir rebar3 ejabberd
    postgresql erlang-p1-pgsql curl
    dash busybox bash shellcheck
    libarchive-tools util-linux procps jq
    wine wine64 lld llvm"

missing=
for package in $packages; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
    installed) ;;
    *) missing="$missing $package" ;;
    esac
done
if [ -n "$missing" ]; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    echo "installing:$missing"
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
    # shellcheck disable=SC2086 # a list of names
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends $missing </dev/null >/dev/null
fi

otp=
if [ "${1:-}" = --otp ]; then
    otp=yes
    shift
fi

cmake --preset dev
cmake --build --preset dev
if [ -n "$otp" ]; then
    sh tests/oracle/other_otp.sh build/dev
fi
exec ctest --test-dir build/dev -j "$(nproc)" --output-on-failure --no-tests=error "$@"
