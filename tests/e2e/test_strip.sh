#!/bin/sh
# Stripped releases: what stays in the modules, that they boot, and that nothing else is
# touched: the project, other versions in the same folder, a release in dev_mode.

. "$(dirname "$0")/lib.sh"

need erlc erl
name=tally
NAME=$node
export NAME
cp -R "$top/examples/erlang" "$work/tally"
run sh "$work/tally/build.sh"
[ "$status" -eq 0 ] || give_up 'build.sh of the example compiles it' "$out" "$err"
project=$work/tally
release=$project/build/rel/tally

settings() {
    printf 'environments:\n  prod: {}\n  dev: {dev_mode: true, include_erts: false}\n' >"$project/rel/config.yaml"
    printf 'releases:\n  tally:\n    lib_dirs: [.]\n    applications: [tally, runtime_tools]\n' >>"$project/rel/config.yaml"
    printf '    %s\n' "$@" >>"$project/rel/config.yaml"
}

# chunks FILE: their names in the order of the file.
chunks() {
    erl -noshell -eval '
        {ok, _, Chunks} = beam_lib:all_chunks("'"$1"'"),
        io:put_chars(lists:join(" ", [Id || {Id, _} <- Chunks])), halt().'
}

settings 'version: "1.0.0"'
built 'a release that is not stripped' "$project"
before=$(tree "$release/lib")
sources=$(tree "$project/ebin")
case $(chunks "$release/lib/tally-1.0.0/ebin/tally.beam") in
*Dbgi*) ok 'its modules have debug information' ;;
*) not_ok 'its modules have debug information' ;;
esac

sed -i 's/{vsn, *"1.0.0"}/{vsn, "1.1.0"}/' "$project/ebin/tally.app"
settings 'version: "1.1.0"' 'strip_debug_info: true'
built 'a stripped one of another version, in the same folder' "$project"
check 'the modules have what runs, and Attr' matches \
    "$(chunks "$release/lib/tally-1.1.0/ebin/tally.beam")" 'Attr Line *AtU8 Code StrT ImpT ExpT*'
check_not 'and nothing else' matches \
    "$(chunks "$release/lib/tally-1.1.0/ebin/tally.beam")" '*Dbgi*'
case $(chunks "$(find "$release/lib" -path '*/kernel-*/kernel.beam')") in
*Dbgi*) not_ok "Erlang's own are stripped too" ;;
'Attr Line '*) ok "Erlang's own are stripped too" ;;
*) not_ok "Erlang's own are stripped too" ;;
esac
same 'the older version stays as it is' "$(printf '%s\n' "$before" | grep tally-1.0.0)" \
    "$(tree "$release/lib" | grep tally-1.0.0)"
same 'and so does the project' "$(printf '%s\n' "$sources" | grep -v tally.app)" \
    "$(tree "$project/ebin" | grep -v tally.app)"

# boots WHAT: the tarball of 1.1.0, where it was unpacked.
boots() {
    rm -rf "$work/server"
    mkdir "$work/server"
    tar -xzf "$project/build/rel/tally/releases/1.1.0/tally.tar.gz" -C "$work/server"
    release=$work/server
    node start
    expect "$1 starts" 0 '' ''
    node rpc 'tally:vote(tea)'
    expect "$1 runs" 0 '{ok,1}' ''
    node rpc '[V] = proplists:get_value(vsn, tally:module_info(attributes)), is_integer(V)'
    expect "$1: attributes of a module" 0 true ''
    node stop
    expect "$1 stops" 0 ok ''
    release=$project/build/rel/tally
}
boots 'a stripped release'

settings 'version: "1.1.0"' 'strip_beams: {keep: [Dbgi], compress: true}'
built 'with chunks to keep, compressed' "$project"
beam=$release/lib/tally-1.1.0/ebin/tally.beam
same 'the module is gzipped' '1f8b08' "$(head -c 3 "$beam" | od -An -tx1 | tr -d ' ')"
case $(chunks "$beam") in
'Attr '*' Dbgi') ok 'and has the chunk' ;;
*) not_ok 'and has the chunk' "$(chunks "$beam")" ;;
esac
boots 'a compressed release'

# --- a hot upgrade between stripped releases -----------------------------------------

sed -i 's/, status\/0\]/, status\/0, colour\/0]/' "$project/src/tally.erl"
echo 'colour() -> green.' >>"$project/src/tally.erl"
erlc +debug_info -o "$project/ebin" "$project/src/tally.erl"
sed -i 's/{vsn, *"1.1.0"}/{vsn, "1.2.0"}/' "$project/ebin/tally.app"
settings 'version: "1.2.0"' 'strip_debug_info: true'
built 'an upgrade, stripped as well' "$project" --upgrade --delta
rm -rf "$work/server"
mkdir "$work/server"
tar -xzf "$project/build/rel/tally/releases/1.1.0/tally.tar.gz" -C "$work/server"
release=$work/server
node start
expect 'the version before starts' 0 '' ''
node rpc 'tally:vote(tea)'
expect 'and has a state' 0 '{ok,1}' ''
mkdir "$release/releases/1.2.0"
cp "$project/build/rel/tally/releases/1.2.0/tally-delta.tar.gz" "$release/releases/1.2.0/tally.tar.gz"
node upgrade 1.2.0
expect 'the upgrade of the running node' 0 '*' '*'
node rpc '{tally:colour(), tally:vote(tea)}'
expect 'has the new code and the old state' 0 '{green,{ok,2}}' ''
node downgrade 1.1.0
expect 'and the way back' 0 '*' '*'
node rpc '{erlang:function_exported(tally, colour, 0), tally:vote(tea)}'
expect 'too' 0 '{false,{ok,3}}' ''
node stop
expect 'stop' 0 ok ''
release=$project/build/rel/tally
sources=$(tree "$project/ebin")

# --- what is never stripped ----------------------------------------------------------

in_folder "$project" "$relc" build --env=dev --output "$work/dev"
expect 'dev_mode' 0 '*' '*'
check 'links to modules as they were compiled' cmp "$work/dev/lib/tally-1.2.0/ebin/tally.beam" "$project/ebin/tally.beam"
same 'which stay so' "$sources" "$(tree "$project/ebin")"

# The size of the second chunk, for what passes for a module at first sight.
cp "$project/ebin/tally.beam" "$work/good.beam"
at=$(LC_ALL=C grep -obUa Code "$project/ebin/tally.beam" | head -n 1 | cut -d : -f 1)
printf '\177' | dd of="$project/ebin/tally.beam" bs=1 seek=$((at + 4)) conv=notrunc 2>/dev/null
before=$(tree "$release")
in_folder "$project" "$relc" build
expect 'a damaged module is refused' 1 '*' "*error: '*/ebin/tally.beam' is damaged: chunk 'Code' needs*compile*"
same 'and the last good release stays' "$before" "$(tree "$release")"
