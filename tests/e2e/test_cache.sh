#!/bin/sh
# The cache and the number of threads never show in what is built: whatever the cache holds,
# lacks or suffers, and whoever else builds at the same time.

. "$(dirname "$0")/lib.sh"

need mix erl
sequence_project 0.1.0 "$work/project"
initialised "$work/project"
module=$work/project/_build/prod/lib/sequence/ebin/Elixir.Sequence.Server.beam
tarball=releases/0.1.0/sequence.tar.gz

# build OUTPUT THREADS CACHE [OPTION...]: builds, and sets $sum.
build() {
    output=$1 threads=$2 cache=$3
    shift 3
    in_folder "$work/project" env "RELC_THREADS=$threads" "RELC_CACHE_DIR=$cache" \
        "$relc" build --env=prod "--output=$output" "$@"
    [ "$status" -eq 0 ] || give_up "a build to $output" "ran: $ran" "$out" "$err"
    sum=$(sha256sum <"$output/$tarball")
}

# --- threads and cache ---------------------------------------------------------------

build "$work/plain" 2 ''
expected=$sum
for threads in 1 2 8; do
    build "$work/threads" "$threads" ''
    same "$threads threads, no cache" "$expected" "$sum"
    rm -rf "$work/cache" "$work/cold" "$work/warm"
    build "$work/cold" "$threads" "$work/cache"
    same "$threads threads, an empty cache" "$expected" "$sum"
    build "$work/warm" "$threads" "$work/cache"
    same "$threads threads, a filled cache" "$expected" "$sum"
    build "$work/warm" "$threads" "$work/cache"
    same "$threads threads, nothing to do" "$expected" "$sum"
done
same 'the folder is the same, too' "$(tree "$work/plain")" "$(tree "$work/warm")"
build "$work/tar only" 2 "$work/cache" --tar-only
same '--tar-only' "$expected" "$sum"
build "$work/no cache" 2 "$work/never" --no-cache
same '--no-cache' "$expected" "$sum"
check_not 'and makes none' [ -e "$work/never" ]

for wrong in 0 x -1 1000 ''; do
    in_folder "$work/project" env "RELC_THREADS=$wrong" "$relc" build --env=prod
    expect "RELC_THREADS='$wrong' is refused" 2 '' '*relc: error: *RELC_THREADS*'
done

# --- what was built before -----------------------------------------------------------

cp "$module" "$work/module"
printf 'changed' >>"$work/project/rel/vm.args"
cp "$work/module" "$module"
build "$work/warm" 2 "$work/cache"
changed=$sum
rm -rf "$work/fresh"
build "$work/fresh" 2 ''
same 'a change: the bytes of a build without cache and without output' "$sum" "$changed"
same 'in the folder, too' "$(tree "$work/fresh")" "$(tree "$work/warm")"
check_not 'they are others' [ "$changed" = "$expected" ]

printf 'x' | dd of="$work/warm/$tarball" bs=1 seek=5000 conv=notrunc 2>/dev/null
build "$work/warm" 2 "$work/cache"
same 'a tarball that was tampered with is made again' "$changed" "$sum"
printf 'x' >>"$work/warm/releases/0.1.0/vm.args"
rm -r "$work/warm/lib/sequence-0.1.0/ebin"
build "$work/warm" 2 "$work/cache"
same 'so is what is in the folder' "$(tree "$work/fresh")" "$(tree "$work/warm")"

# --- a cache in trouble --------------------------------------------------------------

for file in "$work"/cache/*; do
    size=$(stat -c %s "$file")
    dd if=/dev/zero of="$file" bs=1 seek=$((size / 2)) count=100 conv=notrunc 2>/dev/null
done
build "$work/damaged" 2 "$work/cache"
same 'damaged files' "$changed" "$sum"
for file in "$work"/cache/*; do
    truncate -s -100 "$file"
done
build "$work/damaged" 2 "$work/cache"
same 'files that were cut off' "$changed" "$sum"

: >"$work/file"
in_folder "$work/project" env RELC_CACHE_DIR="$work/file" \
    "$relc" build --env=prod --quiet --warnings-as-errors "--output=$work/unwritable"
expect 'a cache that cannot be made is one warning, and no error' 0 '' \
    'relc: warning: going on without the cache: *'
same 'and the build goes on' "$changed" "$(sha256sum <"$work/unwritable/$tarball")"

# --- at the same time ----------------------------------------------------------------

rm -rf "$work/cache" "$work/shared"
for i in 1 2 3 4; do
    (cd "$work/project" && RELC_CACHE_DIR="$work/cache" "$relc" build --env=prod --silent \
        "--output=$work/parallel$i" >"$work/log$i" 2>&1) &
done
wait
for i in 1 2 3 4; do
    same "builds at the same time on one cache: $i" "$changed" "$(sha256sum <"$work/parallel$i/$tarball")"
done

# On one output the second says so, or comes late enough; there is always a whole release.
build "$work/shared" 2 "$work/cache"
for i in 1 2 3 4 5 6; do
    touch "$module"
    for j in 1 2; do
        (cd "$work/project" && RELC_CACHE_DIR="$work/cache" "$relc" build --env=prod --silent \
            "--output=$work/shared" >"$work/log$j" 2>&1 || echo "status $?" >>"$work/log$j") &
    done
    wait
    sed '/another build is writing/d; /wait until it is done/d; /^status 1$/d' \
        "$work/log1" "$work/log2" >>"$work/unexpected"
done
same 'two builds on one output: nothing but that the other is at it' '' "$(cat "$work/unexpected")"
build "$work/shared" 2 "$work/cache"
rm -rf "$work/fresh"
build "$work/fresh" 2 ''
same 'the release is as if there had been one' "$sum" "$(sha256sum <"$work/shared/$tarball")"
same 'the folder, too' "$(tree "$work/fresh")" "$(tree "$work/shared")"
same 'nothing is left over' '' "$(find "$work" -maxdepth 1 -name '.*relc-*')"
