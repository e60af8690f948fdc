#!/bin/sh
# The same input gives the same bytes, whatever surrounds the build; and every program
# that may unpack the tarball finds in it what is in the release's folder.

. "$(dirname "$0")/lib.sh"

need mix erl bsdtar setpriv taskset
name=sequence

chmod 711 "$work" # for the user nobody
mkdir -m 755 "$work/bin"
cp "$relc" "$work/bin/relc"
relc=$work/bin/relc
sequence_project 0.1.0 "$work/project"
initialised "$work/project"

# pack NAME FOLDER COMMAND...: builds to $work/out/NAME by way of a command.
mkdir -m 777 "$work/out"
chmod 777 "$work/out"
pack() {
    output=$work/out/$1
    folder=$2
    shift 2
    in_folder "$folder" "$@" "$relc" build --env=prod "--output=$output"
    [ "$status" -eq 0 ] || give_up "a build to $output" "ran: $ran" "$out" "$err"
    sum=$(sha256sum <"$output/releases/0.1.0/sequence.tar.gz")
}

# --- the same bytes ------------------------------------------------------------------

pack first "$work/project" env
first=$output
expected=$sum
pack first "$work/project" env
same 'twice in a row' "$expected" "$sum"
pack second "$work/project" env
same 'another output folder' "$expected" "$sum"
same 'the folders are the same, too' "$(tree "$first")" "$(tree "$output")"
rm -rf "$output"

varied() {
    what=$1
    shift
    pack varied "$@"
    same "$what" "$expected" "$sum"
    same "$what: the folder" "$(tree "$first")" "$(tree "$output")"
    rm -rf "$output"
}
varied 'umask 077' "$work/project" sh -c 'umask 077; exec "$@"' sh
varied 'umask 000' "$work/project" sh -c 'umask 000; exec "$@"' sh
varied 'another time zone' "$work/project" env TZ=Asia/Tokyo
varied 'the locale C' "$work/project" env LC_ALL=C LANG=C
varied 'another locale, home and user' "$work/project" env LC_ALL=de_DE.UTF-8 HOME=/ USER=x LOGNAME=x
varied 'one processor' "$work/project" taskset -c 0
cp -a "$work/project" "$work/an öther folder"
varied 'another project folder' "$work/an öther folder" env

cp -a "$work/project" "$work/read-only"
chmod -R a-w,a+rX "$work/read-only"
if [ "$(id -u)" -eq 0 ]; then
    check_not 'the source cannot be written' nobody touch "$work/read-only/file" 2>/dev/null
    varied 'a read-only source, and another user' "$work/read-only" \
        setpriv --reuid=65534 --regid=65534 --clear-groups
else
    varied 'a read-only source' "$work/read-only" env
fi

# --- times ---------------------------------------------------------------------------

times_in() {
    TZ=UTC tar --full-time -tvzf "$1" | awk '{ print $4, $5 }' | sort -u
}
newest=$(find "$work/project/_build/prod/lib" "$work/project/rel" "$(readlink -f /usr/lib/erlang)" \
    /usr/lib/elixir/lib -type f -printf '%T@\n' | sort -n | tail -n 1)
latest=$(times_in "$first/releases/0.1.0/sequence.tar.gz" | tail -n 1)
seconds=$(date -u -d "$latest UTC" +%s)
check 'no time is later than the newest input' [ "$seconds" -le "${newest%.*}" ]
own_time() { # PATH [OUTPUT]
    TZ=UTC tar --full-time -tvzf "${2:-$first}/releases/0.1.0/sequence.tar.gz" "$1" |
        awk '{ print $4, $5; exit }'
}
source_time() {
    TZ=UTC stat -c %y "$1" | cut -c 1-19
}
module=Elixir.Sequence.Server.beam
same "a module has its source's time" \
    "$(source_time "$work/project/_build/prod/lib/sequence/ebin/$module")" \
    "$(own_time "lib/sequence-0.1.0/ebin/$module")"
beam=$(cd "$first" && echo lib/stdlib-*/ebin/lists.beam)
same "and one of OTP, too" "$(source_time "$(readlink -f /usr/lib/erlang)/$beam")" \
    "$(own_time "$beam")"
app_time=$(TZ=UTC tar --full-time -tvzf "$first/releases/0.1.0/sequence.tar.gz" |
    awk '/\.app$/ { print $4, $5 }' | sort | tail -n 1)
same 'what is made has the time of the newest .app' "$app_time" "$(own_time releases/RELEASES)"
same 'a folder, too' "$app_time" "$(own_time lib/sequence-0.1.0/ebin/)"
beam=$work/project/_build/prod/lib/sequence/ebin/$module
touch -r "$beam" "$work/time of the module"
touch "$beam"
pack touched "$work/project"
same 'a module has a new time' "$(source_time "$beam")" \
    "$(own_time "lib/sequence-0.1.0/ebin/$module" "$output")"
touch -r "$work/time of the module" "$beam"
same 'and what is made the same as before' "$app_time" "$(own_time releases/RELEASES "$output")"
pack dated "$work/project" env SOURCE_DATE_EPOCH=1000000000
dated=$sum
same 'SOURCE_DATE_EPOCH gives the time' '2001-09-09 01:46:40' \
    "$(times_in "$output/releases/0.1.0/sequence.tar.gz")"
same 'in the folder, too' '' "$(find "$output" -type f ! -name '*.tar.gz' -newermt @1000000000)"
find "$work/an öther folder" -exec touch -d @1500000000 {} +
pack dated2 "$work/an öther folder" env SOURCE_DATE_EPOCH=1000000000
same 'then the times of the input do not matter' "$dated" "$sum"
for wrong in x -1 1.5 99999999999999999999 ' 1'; do
    in_folder "$work/project" env SOURCE_DATE_EPOCH="$wrong" "$relc" build --env=prod
    expect "SOURCE_DATE_EPOCH='$wrong' is refused" 1 '*' '*relc: error: *SOURCE_DATE_EPOCH*'
done

# --- the archive ---------------------------------------------------------------------

archive=$first/releases/0.1.0/sequence.tar.gz
same 'gzip header without name and time' '1f 8b 08 00 00 00 00 00' \
    "$(od -A n -t x1 -N 8 "$archive" | sed 's/^ *//')"
run timeout "$limit" erl -noinput -boot start_clean -eval '
    {ok, Bytes} = file:read_file(hd(init:get_plain_arguments())),
    Size = fun(Mode) ->
        Z = zlib:open(), zlib:inflateInit(Z, 31, Mode), iolist_size(zlib:inflate(Z, Bytes))
    end,
    io:format("~w", [Size(cut) =:= Size(reset)]), halt().' -extra "$archive"
expect 'one gzip member holds it all' 0 true ''
same 'all belongs to 0/0' 0/0 "$(tar --numeric-owner -tvzf "$archive" | awk '{ print $2 }' | sort -u)"
run sh -c "gzip -dc '$archive' | grep -caE 'ustar.*(root|nobody)'"
same 'and no names of users' 0 "$out"
tar -tzf "$archive" | sed 's,/$,,' >"$work/names"
check 'entries are sorted by their bytes' env LC_ALL=C sort -c "$work/names"
same 'no entry is there twice' '' "$(sort "$work/names" | uniq -d)"
same 'no hard links, devices or links that leave the release' '' \
    "$(tar -tvzf "$archive" | grep -v '^[-dl]'; tar -tvzf "$archive" | grep -E ' -> (/|.*\.\.)')"

# What the folder has beside: the tarball itself.
cp -a "$first" "$work/plain"
rm "$work/plain/releases/0.1.0/sequence.tar.gz"
mkdir "$work/gnu" "$work/bsd" "$work/erl" "$work/busybox"
tar -xpzf "$archive" -C "$work/gnu"
same 'GNU tar unpacks what is in the folder' "$(tree "$work/plain")" "$(tree "$work/gnu")"
bsdtar -xpf "$archive" -C "$work/bsd"
same 'bsdtar too' "$(tree "$work/plain")" "$(tree "$work/bsd")"
busybox tar -xpzf "$archive" -C "$work/busybox"
same 'busybox too' "$(tree "$work/plain")" "$(tree "$work/busybox")"

run timeout "$limit" erl -noinput -boot start_clean -eval '
    [Archive, Folder] = init:get_plain_arguments(),
    Options = [{cwd, Folder}, compressed, keep_old_files],
    io:format("~p ~p", [erl_tar:extract(Archive, Options), erl_tar:extract(Archive, Options)]),
    halt().' -extra "$archive" "$work/erl"
expect 'erl_tar unpacks it, twice' 0 'ok ok' ''
same 'and finds what is in the folder' "$(tree "$work/plain")" "$(tree "$work/erl")"

in_folder "$work/project" "$relc" build --env=prod --tar-only "--output=$work/out/tar only"
expect '--tar-only' 0 '*' '*'
same 'it gives the same bytes' "$expected" \
    "$(sha256sum <"$work/out/tar only/releases/0.1.0/sequence.tar.gz")"
same 'and nothing beside them' ./releases/0.1.0/sequence.tar.gz \
    "$(cd "$work/out/tar only" && find . -type f)"
in_folder "$work/project" "$relc" build --env=prod --no-tar "--output=$work/out/no tar"
expect '--no-tar' 0 '*' '*'
same 'it gives the same folder' "$(tree "$work/plain")" "$(tree "$work/out/no tar")"
