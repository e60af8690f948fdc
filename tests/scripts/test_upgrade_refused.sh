#!/bin/sh
# Upgrades that cannot be: they are refused, and node and disk stay as they were.

. "$(dirname "$0")/lib.sh"

versions=$work/versions
sh "$(dirname "$0")/make_versions.sh" "$erlang_release" "$versions" "$node" || exit 1
copy_release "$versions/0.1.0" "$work/rel"

# All that is on the disk but logs and the like, and what the node tells of itself
picture() {
    (cd "$release" && find bin lib releases erts-* -type f -exec cksum {} + -o -printf '%y %p %l\n' | LC_ALL=C sort)
    run rpc '{release_handler:which_releases(), application:get_all_env(tally), application:loaded_applications(), tally:history(), code:get_path()}'
    printf '%s\n' "$out"
}

# refused WHAT VERSION ERR-PATTERN: with the package that is there
refused() {
    before=$(picture)
    run upgrade "$2"
    expect "$1" 1 '*' "$3"
    after=$(picture)
    if [ "$before" = "$after" ]; then
        ok "$1: nothing is changed"
    else
        not_ok "$1: nothing is changed" "before: $before" "after: $after"
    fi
}

run start
expect start 0 '' ''
run rpc 'tally:next()'

# --- archives ------------------------------------------------------------------------

package=$release/releases/demo-0.2.0.tar.gz
good=$versions/0.2.0-delta.tar.gz
size=$(wc -c <"$good")
for part in 10 1000 $((size / 2)) $((size - 4)); do
    head -c "$part" "$good" >"$package"
    refused "a package cut off after $part bytes" 0.2.0 '*demo-0.2.0.tar.gz is damaged: *'
done
: >"$package"
refused "an empty file" 0.2.0 '*is damaged*'
echo "this is no package" >"$package"
refused "a file of another kind" 0.2.0 "*is damaged: its content is no gzip'ed tar archive in one piece"
{ head -c $((size / 2)) "$good"; printf 'xxxx'; tail -c "+$((size / 2 + 5))" "$good"; } >"$package"
refused "a changed byte" 0.2.0 '*is damaged*'
cat "$good" "$good" >"$package"
refused "two gzip members" 0.2.0 '*is damaged*'
gzip -dc "$good" | head -c 20000 | gzip >"$package"
refused "an archive cut off before it was compressed" 0.2.0 '*is damaged*'
printf '' | gzip >"$package"
refused "nothing, compressed" 0.2.0 '*is damaged*'
cp "$versions/0.3.0-delta.tar.gz" "$package"
refused "the package of another version" 0.2.0 '*demo-0.2.0.tar.gz is of version 0.3.0, not 0.2.0'
(
    mkdir "$work/odd" && cd "$work/odd" && tar -xzf "$good"
    mv releases/0.2.0 'releases/0.2.0 x'
    tar -czf "$work/odd.tar.gz" .
)
refused "a version with a blank" "$work/odd.tar.gz" "*odd.tar.gz is refused: '0.2.0 x' cannot be a version of a release"
(
    mkdir "$work/other" && cd "$work/other" && tar -xzf "$good"
    for file in releases/demo.rel releases/0.2.0/demo.rel; do sed -i 's/"demo"/"other"/' "$file"; done
    tar -czf "$package" .
)
refused "a .rel of another name" 0.2.0 "*is of 'other' version 0.2.0, not of 'demo' version 0.2.0"
(
    cd "$work/other" && mv releases/demo.rel releases/other.rel && mv releases/0.2.0/demo.rel releases/0.2.0/other.rel
    tar -czf "$package" .
)
refused "the package of another release" 0.2.0 "*is of the release 'other', this one is 'demo'"
mkdir "$work/none" && echo x >"$work/none/file" && tar -czf "$package" -C "$work/none" .
refused "an archive that is no release" 0.2.0 '*is no package of a release*'

# changed WHAT: the good package, unpacked in $tree to be changed
changed() {
    tree=$work/tree
    rm -rf "$tree"
    mkdir "$tree"
    tar -xzf "$good" -C "$tree"
}

changed
tar -czf "$package" -C "$tree" --transform 's,^./lib/tally-0.2.0/ebin/tally.app$,../outside,' .
refused "an entry that leaves the folder" 0.2.0 "*entry '*../outside' leaves the release's folder"
tar -czPf "$package" -C "$tree" --transform 's,^./lib/tally-0.2.0/ebin/tally.app$,/tmp/outside,' .
refused "an absolute entry" 0.2.0 "*entry '/tmp/outside' leaves the release's folder"
ln -s /etc/passwd "$tree/lib/link"
tar -czf "$package" -C "$tree" .
refused "a link that leaves the folder" 0.2.0 "*its symbolic link to '/etc/passwd' leaves the release's folder"
rm "$tree/lib/link"
ln "$tree/lib/tally-0.2.0/ebin/tally.app" "$tree/lib/tally-0.2.0/ebin/hard"
tar -czf "$package" -C "$tree" .
refused "a hard link, which erl_tar would leave out" 0.2.0 '*is a hard link; only files, folders and symbolic links*'

# --- what a package says of itself ------------------------------------------------------

# info EXPRESSION: changes package.info with sed, and packs
info() {
    changed
    sed -i "$1" "$tree/releases/0.2.0/package.info"
    tar -czf "$package" -C "$tree" .
}

info 's/{otp,"[0-9]*"}/{otp,"26"}/'
refused "another OTP" 0.2.0 '*is for OTP 26 (ERTS 13.*), this node runs OTP 25 (ERTS 13.*'
changed
sed -i 's/{erts,"[0-9.]*"}/{erts,"14.0"}/' "$tree/releases/0.2.0/demo.rel"
mkdir -p "$tree/erts-14.0/bin" && : >"$tree/erts-14.0/bin/x"
tar -czf "$package" -C "$tree" .
refused "another ERTS" 0.2.0 '*is for OTP 25 (ERTS 14.0), this node runs OTP 25 (ERTS 13.*'
info 's/{elixir,none}/{elixir,"1.15.0"}/'
refused "another Elixir" 0.2.0 '*is for Elixir 1.15.0, this node runs Elixir none'
info 's/{package,1,/{package,2,/'
refused "a later format" 0.2.0 '*in a format that this version*'
info 's/.*/(/'
refused "a package.info that cannot be read" 0.2.0 '*package.info in * cannot be read'
info 's/{vsn,"0.2.0"}/{vsn,"0.2.9"}/'
refused "a package.info of another version" 0.2.0 "*is of 'demo' version 0.2.9*"
info 's/{needs,\[/&"lib\/other-1.0",/'
refused "a delta for what is not here" 0.2.0 '*is only what version 0.2.0 has in addition to 0.1.0: lib/other-1.0 is missing here'
changed
rm -r "${tree:?}/lib" "$tree/releases/0.2.0/package.info"
tar -czf "$package" -C "$tree" .
refused "a library is missing" 0.2.0 '*is not complete: lib/tally-0.2.0 is missing'
changed
rm "$tree/lib/tally-0.2.0/ebin/tally.beam"
tar -czf "$package" -C "$tree" .
refused "a module is missing" 0.2.0 '*the relup loads tally of lib/tally-0.2.0, which has no such module'

# --- the relup ----------------------------------------------------------------------

cp "$versions/0.2.5-delta.tar.gz" "$release/releases/demo-0.2.5.tar.gz"
refused "no relup" 0.2.5 '*no way from the running version 0.1.0 to 0.2.5: *was the package built as an upgrade?'
cp "$versions/0.3.0-delta.tar.gz" "$release/releases/demo-0.3.0.tar.gz"
refused "a relup from another version" 0.3.0 '*no way from the running version 0.1.0 to 0.3.0: 0.3.0 can be reached from 0.2.0'
for text in '' '{' '{"0.2.9",[],[]}.' 'no.'; do
    changed
    printf '%s\n' "$text" >"$tree/releases/0.2.0/relup"
    tar -czf "$package" -C "$tree" .
    refused "a wrong relup: $text" 0.2.0 '*the relup of 0.2.0 cannot be read, or is of another version'
done
changed
erl -noinput -eval '[F] = init:get_plain_arguments(), {ok, B} = file:read_file(F),
    {ok, {_, S}} = beam_lib:strip(B), ok = file:write_file(F, S), halt().' \
    -extra "$tree/lib/tally-0.2.0/ebin/tally.beam"
tar -czf "$package" -C "$tree" .
refused "a module without attributes" 0.2.0 '*tally.beam has been stripped of its attributes (chunk Attr), without which tally cannot be upgraded'
cp "$versions/0.2.6-delta.tar.gz" "$release/releases/demo-0.2.6.tar.gz"
refused "a restart of the emulator without heart" 0.2.6 '*restarts the emulator, for which the node has to run with heart: put -heart into vm.args*'

# --- the rest -----------------------------------------------------------------------

cp "$good" "$package"
echo 'echo failing; false' >"$release/releases/0.1.0/hooks/pre_upgrade.d/1.sh"
refused "a pre_upgrade hook that fails" 0.2.0 "*the pre_upgrade hook *1.sh' has failed, status 1"
rm "$release/releases/0.1.0/hooks/pre_upgrade.d/1.sh"
changed
echo 'false' >"$tree/releases/0.2.0/hooks/pre_configure.d/1.sh"
tar -czf "$package" -C "$tree" .
refused "a pre_configure hook of the new version that fails" 0.2.0 "*the pre_configure hook *1.sh' has failed*"
changed
echo '[{tally,[{colour,' >"$tree/releases/0.2.0/sys.config"
tar -czf "$package" -C "$tree" .
refused "a sys.config that does not parse" 0.2.0 '*cannot read the configuration *releases/0.2.0/sys.config*'
mkdir "$release/releases/0.2.0"
cp "$package" "$release/releases/0.2.0/demo.tar.gz"
refused "the package in the version's folder" 0.2.0 '*cannot read the configuration *releases/0.2.0/sys.config*'
rm -r "$release/releases/0.2.0"

run rpc 'tally:hold()'
cp "$versions/0.2.4-delta.tar.gz" "$release/releases/demo-0.2.4.tar.gz"
run rpc 'code:load_file(tally)'
refused "old processes" 0.2.4 '*processes still run old code of module tally: holder (<*>)*'
run rpc 'holder ! stop, timer:sleep(100), code:soft_purge(tally)'
expect "they end" 0 true ''

# --- two at once ---------------------------------------------------------------------

cp "$versions/0.2.3-delta.tar.gz" "$release/releases/demo-0.2.3.tar.gz"
# shellcheck disable=SC2086 # the shell may be two words
$shell_under_test "$release/bin/$name" upgrade 0.2.3 >"$work/first" 2>&1 </dev/null &
first=$!
wait_for grep -qs 'now installing' "$work/first"
cp "$good" "$package"
run upgrade 0.2.0
expect "a second upgrade at the same time" 1 '' "*another command is at work on the versions of the release: 'upgrade', process *"
run remove 0.1.0
expect "a removal at the same time" 1 '' "*another command is at work*"
wait "$first"
check "the first one succeeds" [ "$?" -eq 0 ]
run downgrade 0.1.0
expect "and back" 0 '*Made release permanent: "0.1.0"' ''

# The command is killed, the node goes on with its work.
# shellcheck disable=SC2086
$shell_under_test "$release/bin/$name" upgrade 0.2.3 >"$work/first" 2>&1 </dev/null &
first=$!
wait_for grep -qs 'switching' "$work/first"
kill -9 "$first"
wait "$first" 2>/dev/null
run upgrade 0.2.0
expect "after a killed command the node is still at work" 1 '' "*still at work with what an earlier command has begun"
running() {
    run versions
    case $out in *"0.2.3 "*"permanent, running"*) ;; *) return 1 ;; esac
}
check "and completes it" wait_for running
run downgrade 0.1.0
expect "the next command goes on from there" 0 '*Made release permanent: "0.1.0"' ''

# --- and with a good one it works -------------------------------------------------------

mkdir -p "$release/lib/tally-0.2.0/ebin" && : >"$release/lib/tally-0.2.0/ebin/tally.beam"
run upgrade 0.2.0
expect "a left-over folder does not matter" 0 '*Made release permanent: "0.2.0"' ''
run rpc 'tally:next()'
expect "the node goes on" 0 2 ''
run stop
expect stop 0 ok ''
