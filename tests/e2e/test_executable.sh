#!/bin/sh
# The release in one file: relc build --executable, and what the file does in the shells and
# with the tools of small systems.

. "$(dirname "$0")/lib.sh"

need erlc script busybox dash bash shellcheck
name=tally
NAME=$node
export NAME
unset XDG_CACHE_HOME RELEASE_UNPACK_DIR

cp -R "$top/examples/erlang" "$work/tally"
run sh "$work/tally/build.sh"
[ "$status" -eq 0 ] || give_up 'build.sh of the example compiles it' "$out" "$err"
root=$work/tally/build/rel/tally
packed=$root/bin/tally.run
cache=$HOME/.cache/relc/tally

# --- the build -----------------------------------------------------------------------

built 'relc build' "$work/tally"
check_not 'makes no executable unless asked' [ -e "$packed" ]
built 'relc build --executable' "$work/tally" --executable
same 'it tells of the file' 'Executable: build/rel/tally/bin/tally.run' \
    "$(printf '%s\n' "$out" | grep '^Executable')"
tail -c +8193 "$packed" | cmp -s - "$root/releases/1.0.0/tally.tar.gz"
same 'behind the script is the tarball' 0 $?
head -c 8192 "$packed" >"$work/script"
run shellcheck -s sh "$work/script"
expect 'the script is clean under shellcheck' 0 '' ''
first=$(cksum <"$packed")
built 'a second build' "$work/tally" --executable --no-tar
same 'gives the same file, which does not hold the first' "$first" "$(cksum <"$packed")"
check_not '--no-tar leaves the tarball out' [ -e "$root/releases/1.0.0/tally.tar.gz" ]
mkdir "$work/alone"
built 'the packages alone' "$work/tally" --executable --tar-only --output "$work/alone"
same 'are the tarball and the same file' "$first bin/tally.run releases/1.0.0/tally.tar.gz" \
    "$(cksum <"$work/alone/bin/tally.run") $(cd "$work/alone" && find bin releases -type f | sort | tr '\n' ' ' | sed 's/ $//')"
cp "$packed" "$work/tally.run"
built 'a build without' "$work/tally"
check_not 'takes the old file away' [ -e "$packed" ]

in_folder "$work/tally" "$relc" build --transient
expect '--transient alone' 2 '' '*--transient is for executables*add --executable*'
in_folder "$work/tally" "$relc" build --dev --executable
expect 'dev_mode has none' 2 '' '*--executable makes no sense in dev_mode*'
in_folder "$work/tally" "$relc" build --upgrade --executable
expect 'upgrades have none' 2 '' "*'--executable' excludes '--upgrade'*"
printf '    executable: {transient: true}\n' >>"$work/tally/rel/config.yaml"
built 'the setting executable' "$work/tally"
cp "$packed" "$work/transient.run"

# --- in several shells -----------------------------------------------------------------

words='io:format("~p~n", [init:get_plain_arguments()]), halt(7)'
for shell in dash bash 'busybox ash'; do
    rm -rf "$HOME/.cache"
    for file in tally transient; do
        run $shell "./$file.run" eval "$words" 'a b' "c'd" '$x' '' '*'
        expect "$shell: $file: arguments and status" 7 '\["a b","c'"'"'d","$x",\[],"\*"]' ''
    done
    folder=$(ls "$cache")
    run $shell ./tally.run version
    expect "$shell: a second run" 0 'tally 1.0.0' ''
    same "$shell: finds the folder of the first one; transient runs left nothing" \
        "$folder" "$(ls -A "$cache")"
done
rm -rf "$HOME/.cache"
run ./transient.run eval 'halt(3)'
expect 'transient: the status' 3 '' ''
check_not 'transient: nothing is left' [ -e "$cache" ]

mkdir "$work/box" "$work/links"
for applet in $(busybox --list); do
    ln -s "$(command -v busybox)" "$work/box/$applet"
done
for file in tally transient; do
    run env -i PATH="$work/box" HOME="$HOME" "$work/box/ash" "$work/$file.run" eval 'io:put_chars("hello")'
    expect "$file: nothing but BusyBox" 0 'hello' ''
done
ln -s ../tally.run "$work/links/linked"
PATH=$work/links:$PATH run linked version
expect 'through a link on PATH' 0 'tally 1.0.0' ''

# --- where it unpacks --------------------------------------------------------------------

mkdir -m 777 "$work/open"
run env RELEASE_UNPACK_DIR="$work/open" ./tally.run version
expect 'a folder that others may write in' 1 '' "*cannot unpack into '$work/open'*RELEASE_UNPACK_DIR*"
ln -s "$work" "$work/link"
run env RELEASE_UNPACK_DIR="$work/link" ./tally.run version
expect 'a link' 1 '' "*cannot unpack into '$work/link'*"
mkdir "$work/mutable"
run env RELEASE_MUTABLE_DIR="$work/mutable" ./tally.run version
expect 'RELEASE_MUTABLE_DIR' 0 'tally 1.0.0' ''
same 'is where it unpacks then' "$(basename "$cache"/1.0.0-*)" \
    "$(cd "$work/mutable/unpacked/tally" && echo 1.0.0-*)"
run env RELEASE_UNPACK_DIR=relative ./tally.run version
expect 'a relative folder' 0 'tally 1.0.0' ''
check 'is in the working folder' [ -d "$work/relative/tally/var" ]
mkdir -m 777 "$work/tmp"
run env HOME=/proc/none TMPDIR="$work/tmp" ./tally.run version
expect 'without a home' 0 'tally 1.0.0' ''
same 'a private folder of this user' "drwx------ $(id -u)" \
    "$(stat -c '%A %u' "$work/tmp/relc-$(id -u)")"
if [ "$(id -u)" -eq 0 ]; then
    chown 65534 "$work/tmp/relc-0"
    run env HOME=/proc/none TMPDIR="$work/tmp" ./tally.run version
    expect 'the folder of somebody else' 1 '' "*cannot unpack into '$work/tmp/relc-0'*own it*"
else
    skip 'the folder of somebody else' 'only root can make one'
fi

rm -rf "$cache"
for run in 1 2 3 4 5 6; do
    ./tally.run version >"$work/captured/run$run" 2>&1 &
done
wait
same 'six first runs at once' 6 "$(cat "$work"/captured/run? | grep -cx 'tally 1.0.0')"
same 'give one folder' "$folder" "$(ls -A "$cache")"
check 'that holds nothing else' [ -z "$(find "$cache" -name '.new*')" ]
rm "$cache"/1.0.0-*/lib/tally-1.0.0/ebin/tally.beam
run ./tally.run eval 'io:put_chars(code:which(tally))'
expect 'a folder that lacks a file is unpacked again' 0 '*/tally.beam' ''

# --- damage --------------------------------------------------------------------------------

head -c 3000000 tally.run >cut.run
run sh cut.run version
expect 'a file that is cut off' 1 '' "cut.run: './cut.run' is damaged: it has 3000000 bytes instead of *; copy it again"
{ cat tally.run && echo; } >long.run
run sh long.run version
expect 'a file with more at its end' 1 '' '*is damaged: *'
{ head -c 4000000 tally.run && printf 'damaged' && tail -c +4000008 tally.run; } >changed.run
rm -rf "$cache"
run sh changed.run version
expect 'a file that was changed' 1 '' '*is damaged: its checksum is wrong*'
same 'unpacks nothing' var "$(ls -A "$cache")"
run env -i PATH="$work/box" HOME="$HOME" "$work/box/ash" changed.run version
expect 'a file that was changed, and no cksum' 1 '' '*is damaged: its checksum is wrong*'

# --- nodes ---------------------------------------------------------------------------------

tally() {
    run timeout "$limit" "$work/tally.run" "$@"
}

tally_answers() {
    tally ping
    [ "$status" -eq 0 ]
}

tally start
expect 'start' 0 '' ''
tally rpc 'tally:vote(tea)'
expect 'rpc' 0 '{ok,1}' ''
tally stop
expect 'stop' 0 ok ''

# stopped_by SIGNAL FILE: sends it to a node in the foreground.
stopped_by() {
    "$work/$2.run" foreground >"$work/captured/node" 2>&1 &
    pid=$!
    wait_for 30 tally_answers || not_ok "$2: foreground" "$(cat "$work/captured/node")"
    kill -s "$1" "$pid"
    wait "$pid"
    same "$2: SIG$1 stops the node in order" 0 $?
    tally ping
    expect "$2: it is gone" 1 '' '*is not running*'
}

stopped_by TERM tally
rm -rf "$cache"
stopped_by TERM transient
same 'transient: only what the other file unpacked is left' "$folder" "$(ls -A "$cache")"
run ./transient.run start
expect 'transient: no node in the background' 1 '' "*'start' leaves a node running*run 'foreground'"

rm -rf "$cache"
terminal_open "'$work/transient.run' console"
terminal_shows 'transient: a console' 30 'Eshell'
terminal_type 'tally:vote(tea).\r'
terminal_shows 'transient: takes what is typed' 20 '{ok,1}'
terminal_type '\003'
terminal_shows 'transient: and Ctrl-C' 20 'BREAK'
terminal_type 'a\r'
terminal_close 20
same 'transient: the console ends' 0 "$status"
check_not 'transient: nothing is left of a console' [ -e "$cache" ]
