#!/bin/sh
# relc clean: what goes, what stays, and that it asks.

. "$(dirname "$0")/lib.sh"

need erlc script
name=tally
NAME=$node
export NAME

cp -R "$top/examples/erlang" "$work/tally"
root=$work/tally/build/rel/tally
release=$root

# version VSN: builds the application and its release in this version.
version() {
    sed "s/{vsn, *\"[^\"]*\"}/{vsn, \"$1\"}/" "$top/examples/erlang/src/tally.app" \
        >"$work/tally/src/tally.app"
    run sh "$work/tally/build.sh"
    [ "$status" -eq 0 ] || give_up 'the example compiles' "$out" "$err"
    built "version $1 is built" "$work/tally" --executable --quiet
}

clean() {
    in_folder "$work/tally" "$relc" clean "$@"
}

clean --yes
expect 'nothing was built' 0 '' '*There is nothing to remove'
version 1.0.0
version 1.1.0
version 1.10.0
all=$(tree "$root")

# --- asking --------------------------------------------------------------------------

clean
expect 'without a terminal' 2 '' '*Removing release tally:1.10.0*releases/1.10.0*lib/tally-1.10.0*no terminal to ask*add --yes*'
same 'nothing is removed' "$all" "$(tree "$root")"
for option in '' --old --implode; do
    for answer in 'n' '' 'nonsense'; do
        cd "$work/tally" || exit 1
        terminal_open "$relc clean $option"
        terminal_shows "clean $option: asks" 20 'Remove this? [y/N]'
        terminal_type "$answer\\r"
        terminal_close 20
        cd "$work" || exit 1
        same "clean $option: '$answer' is no failure" 0 "$status"
        same "and removes nothing" "$all" "$(tree "$root")"
    done
done

# --- the last version ------------------------------------------------------------------

cd "$work/tally" || exit 1
terminal_open "$relc clean"
terminal_shows 'clean asks' 20 'Remove this? [y/N]'
terminal_type 'y\r'
terminal_close 20
cd "$work" || exit 1
same 'the last version is gone' '1.0.0 1.1.0 ' "$(cd "$root/releases" && echo 1.* | tr -d /) "
check_not 'with its application' [ -e "$root/lib/tally-1.10.0" ]
check_not 'and its executable' [ -e "$root/bin/tally.run" ]
node version
expect 'the one before is the last one now' 0 'tally 1.1.0' ''
node eval 'io:format("~p", [lists:keyfind(tally, 1, application:loaded_applications())])'
expect 'and runs' 0 '*"1.1.0"*' ''
run erl -noinput -boot start_clean -eval '
    {ok, [[{release, "tally", Vsn, _, Libs, permanent}]]} = file:consult("'"$root"'/releases/RELEASES"),
    {tally, Vsn, Dir} = lists:keyfind(tally, 1, Libs),
    io:format("~s ~s", [Vsn, Dir]), halt().'
expect 'RELEASES is about it' 0 '1.1.0 *tally-1.1.0' ''

# --- old versions ----------------------------------------------------------------------

version 1.10.0
node start
expect 'a node runs' 0 '' ''
clean --old --yes
expect 'a folder that a node runs in' 1 '' '*process * runs out of*bin/tally stop*'
node stop
expect 'stop' 0 ok ''
clean --old --yes
expect 'old versions' 0 '' '*Removing release tally:1.0.0*tally:1.1.0*'
same 'only the last one is left' 1.10.0 "$(cd "$root/releases" && echo 1.*)"
for folder in "$root"/lib/tally-1.0.0 "$root"/lib/tally-1.1.0; do
    check_not "${folder##*/} is gone" [ -e "$folder" ]
done
node eval 'io:put_chars("runs")'
expect 'which runs' 0 runs ''
clean --old --yes
expect 'again' 0 '' '*There is nothing to remove'

# --- all -------------------------------------------------------------------------------

clean --old --implode
expect 'two extents' 2 '' "*'--old' and '--implode' exclude each other"
echo kept >"$root/var/kept"
clean --yes
expect 'the only version' 0 '' '*tally:1.10.0*bin/tally*'
same 'only what the run time wrote is left' var "$(ls -A "$root")"
clean --yes
expect 'nothing is left to remove' 0 '' '*There is nothing to remove'
version 1.0.0
clean --implode --yes --name tally
expect 'implode' 0 '' "*Removing all of release tally*build/rel/tally"
check_not 'everything is gone' [ -e "$root" ]

built 'another folder' "$work/tally" --output "$work/elsewhere"
clean --implode --yes --output ..
expect 'a folder with the project in it' 1 '' '*the project is in it'
mkdir -p "$work/precious/files"
clean --implode --yes --output "$work/precious"
expect 'a folder that holds no release' 1 '' '*holds no release, nothing was removed*'
check 'is as it was' [ -d "$work/precious/files" ]
clean --yes --output "$work/elsewhere"
expect '--output' 0 '' '*elsewhere/releases/1.0.0*'
check_not 'an empty output folder goes, too' [ -e "$work/elsewhere" ]
clean --yes --name tallly
expect 'an unknown release' 1 '' "*unknown release 'tallly'*did you mean 'tally'*"

# --- the cache -------------------------------------------------------------------------

cached() {
    in_folder "$work" env RELC_CACHE_DIR="$work/cache" "$relc" clean --cache "$@"
}

cached
expect 'there is no cache' 0 '' '*There is nothing to remove'
in_folder "$work/tally" env RELC_CACHE_DIR="$work/cache" "$relc" build --tar-only --quiet \
    --output "$work/tar"
expect 'a build that fills the cache' 0 '' '*'
check 'it is filled' [ -n "$(ls "$work/cache")" ]
for file in mine memo-shopping.txt pack-0123456789abcdef.txt new-year; do
    touch "$work/cache/$file"
done
cached
expect 'the cache is emptied' 0 '' "*Removed * KiB of cache in $work/cache"
same 'what relc did not put there stays' 'memo-shopping.txt mine new-year pack-0123456789abcdef.txt' \
    "$(cd "$work/cache" && echo *)"
cached
expect 'it is empty' 0 '' '*There is nothing to remove'
cached --old
expect 'cache and old versions' 2 '' "*'--cache' and '--old' exclude each other"
in_folder "$work" env RELC_CACHE_DIR= "$relc" clean --cache
expect 'no cache is used' 0 '' '*There is nothing to remove'
