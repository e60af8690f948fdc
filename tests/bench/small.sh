#!/bin/sh
# examples/sequence built for production by relc and by `mix release` with a tar step, in
# one run: tests/bench/small.sh [RELC]   (RELC: default build/release/relc)
# Needs hyperfine, elixir, and /usr/bin/time for the peak memory. Prints times, ratios,
# peak memory and the sizes of the tarballs.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
relc=$(realpath "${1:-$top/build/release/relc}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MIX_ENV=prod

cp -R "$top/examples/sequence" "$work/project"
cd "$work/project"
# The same project declares a mix release of the same applications.
awk '{ print } /^  def project do/ { inside = 1 }
     inside && /\[$/ { print "      releases: [sequence: [steps: [:assemble, :tar], strip_beams: false,"
                       print "        include_executables_for: [:unix], applications: [iex: :permanent]]],"
                       inside = 0 }' mix.exs >mix.new
mv mix.new mix.exs
mix compile >/dev/null
"$relc" init --silent
tarball=_build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz

hyperfine --warmup 1 --runs "${RUNS:-8}" --export-json "$work/times.json" \
    --prepare 'rm -rf _build/prod/rel _build/prod/*.tar.gz' \
    -n 'relc build, nothing there' "$relc build --env=prod --silent" \
    -n 'mix release with tar, nothing there' 'mix release --quiet --overwrite </dev/null'
hyperfine --warmup 1 --runs "${RUNS:-8}" --export-json "$work/again.json" \
    -n 'relc build, nothing changed' "$relc build --env=prod --silent" \
    -n 'relc build --tar-only' "$relc build --env=prod --silent --tar-only" \
    -n 'mix release with tar, nothing changed' 'mix release --quiet --overwrite </dev/null'

peak() {
    command time -f %M -o "$work/peak" "$@" >/dev/null 2>&1 </dev/null
    cat "$work/peak"
}
rm -rf _build/prod/rel
echo "peak memory: relc $(peak "$relc" build --env=prod) KiB, mix release $(peak mix release --quiet --overwrite) KiB (largest process)"
"$relc" build --env=prod --silent
echo "tarballs: relc $(stat -c %s "$tarball") bytes, mix release $(stat -c %s _build/prod/sequence-0.1.0.tar.gz) bytes"
