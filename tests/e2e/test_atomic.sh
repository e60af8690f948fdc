#!/bin/sh
# Whatever ends a build before its time, the last good release stays as it was; versions
# gather in one folder; a node that runs in that folder goes on.

. "$(dirname "$0")/lib.sh"

need mix script setpriv
name=sequence
project=$work/project
ebin=$project/_build/prod/lib/sequence/ebin
releases=$project/_build/prod/rel
release=$releases/sequence

chmod 711 "$work" # for the user nobody
sequence_project 0.1.0 "$project"
initialised "$project"
built 'a good build' "$project" --env=prod
good=$(tree "$release")

# fails WHAT ERROR COMMAND...: a build that must fail and change nothing.
fails() {
    what=$1
    pattern=$2
    shift 2
    in_folder "$project" "$@"
    expect "$what fails" 1 '' "$pattern"
    same "$what: the last good release is as it was" "$good" "$(tree "$release")"
    same "$what: nothing is left over" sequence "$(ls -A "$releases")"
}

# --- bad input -----------------------------------------------------------------------

bad_input() {
    server=$ebin/Elixir.Sequence.Server.beam
    cp -p "$server" "$ebin/sequence.app" "$work/"
    rm "$server"
    fails 'a module without its file' "*sequence.app: *'Elixir.Sequence.Server'*" "$relc" build --env=prod
    head -c 700 "$work/Elixir.Sequence.Server.beam" >"$server"
    fails 'a truncated module' '*Elixir.Sequence.Server.beam*cut off*' "$relc" build --env=prod
    cp -p "$work/Elixir.Sequence.Server.beam" "$server"
    printf '{application,sequence,[{vsn,"0.1.0"' >"$ebin/sequence.app"
    fails 'a corrupt .app' '*sequence.app:1:*' "$relc" build --env=prod
    cp -p "$work/sequence.app" "$ebin/sequence.app"
    built 'the same project as before' "$project" --env=prod
    same 'it gives the same release as before' "$good" "$(tree "$release")"
}

# --- no room -------------------------------------------------------------------------

unwritable() {
    mkdir -p "$work/closed"
    chmod 555 "$work/closed"
    printf x >"$work/file"
    fails 'an output folder below a file' "*cannot *'*/file*" \
        "$relc" build --env=prod "--output=$work/file/release"
    fails 'an output folder that this user cannot make' "*cannot *'$work/closed*Permission denied*" \
        nobody "$relc" build --env=prod "--output=$work/closed/release"
    [ "$(id -u)" -eq 0 ] || return 0
    chmod -R a+rX "$project"
    fails 'an output folder that belongs to another user' "*cannot *Permission denied*" \
        nobody "$relc" build --env=prod
}

too_large() {
    # Blocks of 512 bytes: too few for the emulator.
    fails 'a limit on the size of files' '*File too large*' \
        sh -c 'ulimit -f 2000; exec "$@"' sh "$relc" build --env=prod
}

# A file system of its own that holds one release, and not a second one.
full_disk() {
    mkdir "$work/small"
    cat >"$work/full_disk" <<'END'
#!/bin/sh
# In a private mount namespace: full_disk FOLDER SIZE OPTION...
folder=$1
size=$2
shift 2
mount -t tmpfs -o "size=$size" none "$folder" || exit 9
"$@" "--output=$folder/out" >/dev/null || exit 8
describe() (
    cd "$folder" || exit 1
    find . ! -name filler -printf '%y %m %p %l\n' | sort
    find . -type f ! -name filler -exec sha256sum {} + | sort
)
describe >"$folder.before"
cat /dev/zero >"$folder/filler" 2>/dev/null
truncate -s "-${ROOM:-0}" "$folder/filler"
"$@" "--output=$folder/out"
status=$?
describe >"$folder.after"
exit "$status"
END
    # With a build's own folder there is not much to be had: hard links take no room.
    for room in 0 100K 5M 15M; do
        run_full_disk "$room"
    done
    run_full_disk_unchanged
}

run_full_disk() {
    # shellcheck disable=SC2086
    in_folder "$project" env "ROOM=$1" unshare $user_namespace --mount sh "$work/full_disk" "$work/small" 90m \
        "$relc" build --env=prod --no-cache
    if [ ! -s "$work/small.before" ]; then
        skip "a full disk" "no file system of its own here: $err"
        return
    fi
    expect "a full disk ($1 free) fails the build" 1 '' '*relc: error: *No space left on device*'
    check "a full disk ($1 free): the last good release is as it was" \
        cmp "$work/small.before" "$work/small.after"
}

# Where the cache knows that nothing changed, nothing is written.
run_full_disk_unchanged() {
    # shellcheck disable=SC2086
    in_folder "$project" env ROOM=0 unshare $user_namespace --mount sh "$work/full_disk" "$work/small" 90m \
        "$relc" build --env=prod
    [ -s "$work/small.before" ] || return
    expect 'a full disk does not matter when nothing changed' 0 '*' '*'
    check 'and nothing did' cmp "$work/small.before" "$work/small.after"
}

# Room for what a build needs, but not for a tarball as long as the old one beside it.
tight_disk() {
    cat >"$work/tight_disk" <<'END'
#!/bin/sh
# In a private mount namespace: tight_disk FOLDER BIG OPTION...
folder=$1
big=$2
shift 2
mount -t tmpfs -o size=300m none "$folder" || exit 9
"$@" "--output=$folder/out" >/dev/null || exit 8
used=$(df -Pk "$folder" | awk 'NR == 2 { print $3 }')
mount -o "remount,size=$((used + 60 * 1024))k" "$folder" || exit 9
head -c 30000000 /dev/zero >"$big"
exec "$@" "--output=$folder/out"
END
    priv=$project/_build/prod/lib/sequence/priv
    mkdir -p "$priv"
    head -c 30000000 /dev/urandom >"$priv/big"
    # shellcheck disable=SC2086
    in_folder "$project" unshare $user_namespace --mount sh "$work/tight_disk" "$work/small" "$priv/big" \
        "$relc" build --env=prod
    rm -r "$priv"
    if [ "$status" -eq 9 ]; then
        skip 'a tight disk' "no file system of its own here: $err"
        return
    fi
    expect 'a tight disk has room enough for a smaller tarball' 0 '*' '*'
}

# --- killed --------------------------------------------------------------------------

# Two inputs, the releases of which are known. A build of the one over the other is
# killed at one moment after another; what is there then must be one of the two.
variant() {
    cat "$work/vm.args" >"$project/rel/vm.args"
    printf '# variant %s\n' "$1" >>"$project/rel/vm.args"
}

# A third of the moments are spread over the first half of a build; the rest seek the one
# at which the new release takes the place of the old one.
moment_now() {
    if [ $((moment * 3)) -le "$rounds" ]; then
        milliseconds=$((took * moment * 3 / (rounds * 2)))
    elif [ "$moment" -eq $((rounds / 3 + 1)) ]; then
        milliseconds=$((took * 8 / 10))
    elif [ "$was_kept" = yes ]; then
        milliseconds=$((milliseconds * 11 / 10))
    else
        milliseconds=$((milliseconds * 9 / 10))
    fi
    seconds=$(printf '%d.%03d' $((milliseconds / 1000)) $((milliseconds % 1000)))
}

killed_once() {
    variant $((1 - current))
    moment_now
    in_folder "$project" timeout -s KILL "$seconds" "$relc" build --env=prod --quiet
    case $status in
    137) ended=$((ended + 1)) ;;
    0) done=$((done + 1)) ;;
    *) give_up 'a build after a killed one' "status $status" "$err" ;;
    esac
    now=$(state)
    was_kept=no
    case $current:$now in
    "0:$state0" | "1:$state1") kept=$((kept + 1)) was_kept=yes ;;
    "0:$state1" | "1:$state0") replaced=$((replaced + 1)) current=$((1 - current)) ;;
    *) torn=$((torn + 1)) ;;
    esac
}

# The checksum of the whole.
state() {
    tree "$release" | sha256sum
}

killed() {
    cat "$project/rel/vm.args" >"$work/vm.args"
    variant 1
    built 'variant 1' "$project" --env=prod
    state1=$(state)
    variant 0
    began=$(date +%s%N)
    built 'variant 0' "$project" --env=prod
    took=$((($(date +%s%N) - began) / 1000000))
    state0=$(state)
    check_not 'the two differ' [ "$state0" = "$state1" ]
    torn=0 ended=0 done=0 kept=0 replaced=0
    current=0
    moment=0
    rounds=30
    while [ "$moment" -lt "$rounds" ]; do
        moment=$((moment + 1))
        killed_once
    done
    same "after $ended killed builds (and $done that were faster) it was always whole" 0 "$torn"
    check "some left the old one ($kept), some the new one ($replaced)" \
        [ "$((kept > 5 && replaced > 0 && ended > 5))" -eq 1 ]
    variant 0
    built 'the next build' "$project" --env=prod
    same 'it is as if nothing had been' "$state0" "$(state)"
    same 'nothing is left over' sequence "$(ls -A "$releases")"
    cat "$work/vm.args" >"$project/rel/vm.args"
}

at_once() {
    cd "$project" || exit 1
    for build in 1 2 3; do
        "$relc" build --env=prod --quiet >"$work/at_once.$build" 2>&1 &
        eval "build$build=\$!"
    done
    cd "$work" || exit 1
    succeeded=0
    for build in 1 2 3; do
        eval "wait \"\$build$build\"" && succeeded=$((succeeded + 1))
    done
    check "of three builds at once some succeed ($succeeded)" [ "$succeeded" -ge 1 ]
    complaints=$(cat "$work"/at_once.? | grep -v 'another build' | grep 'error')
    same 'the others say that another one is at it' '' "$complaints"
    same 'the release is whole' "$good" "$(tree "$release")"
    same 'nothing is left over' sequence "$(ls -A "$releases")"
}

# --- versions gather -----------------------------------------------------------------

next_number_is() {
    node rpc 'Sequence.Server.next_number()'
    [ "$status:$out" = "0:$1" ]
}

# What belongs to one version.
version_files() {
    tree "$release" | grep -e "/releases/$1/" -e "/lib/sequence-$1/" -e "/lib/sequence_protocols-$1/"
}

# A folder that is deleted below a process is no folder for it any more: it cannot start
# programs, and the VM cannot restart.
keeps_its_folder() {
    node rpc 'File.cwd!()'
    expect 'the node has a current folder' 0 "\"$release*\"" ''
    node rpc 'System.cmd("sh", ["-c", "cd . && echo here"])'
    expect 'it starts programs' 0 '{"here\\n", 0}' ''
}

gather() {
    node start
    expect 'start in the output folder' 0 '' '' || return
    node pid
    pid=$out
    check 'the node answers' next_number_is 456
    built 'a build of the version that runs' "$project" --env=prod
    check 'the node goes on' next_number_is 457
    old=$(version_files 0.1.0)
    check 'version 0.1.0 has many files' [ "$(printf '%s\n' "$old" | wc -l)" -gt 30 ]

    sequence_project 0.2.0 "$project"
    built 'a build of the next version' "$project" --env=prod
    same 'the version before is still there' "$old" "$(version_files 0.1.0)"
    check 'and the new one' [ -f "$release/releases/0.2.0/sequence.tar.gz" ]
    same 'the next start takes the new one' 0.2.0 "$(cut -d ' ' -f 2 "$release/releases/start_erl.data")"

    node pid
    expect 'the node goes on' 0 "$pid" ''
    check 'with its state' next_number_is 458
    node rpc 'IO.puts(:user, "a line after the build")'
    expect 'it prints' 0 :ok ''
    check 'its log continues' wait_for 10 grep -q 'a line after the build' "$release"/var/log/erlang.log.*
    keeps_its_folder
    terminal_open "'$release/bin/sequence' attach"
    terminal_type '\n'
    terminal_shows 'attach' 20 "iex($node)"
    terminal_type '\004'
    terminal_close 20
    run env RELEASE_START_TIMEOUT=15 timeout "$limit" "$release/bin/sequence" restart
    expect 'restart' 0 ok '' &&
        check 'it is the old version after a restart in the same process' wait_for 30 next_number_is 456
    node stop
    expect 'stop' 0 ok ''
    node version
    expect 'the new version is the one to start' 0 'sequence 0.2.0' ''
    node start
    expect 'start' 0 '' ''
    node rpc 'Sequence.Server.next_number()'
    expect 'the new version answers' 0 '"The next number is 456"' ''
    node stop
    expect 'stop' 0 ok ''
    run env REL_VSN=0.1.0 timeout "$limit" "$release/bin/sequence" start
    expect 'the old version can still be started' 0 '' ''
    check 'it answers' next_number_is 456
    node stop
    expect 'stop' 0 ok ''
}

bad_input
unwritable
too_large
full_disk
tight_disk
killed
at_once
gather
