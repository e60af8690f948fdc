#!/bin/sh
# relc inspect and relc diff: what they tell is what the releases hold.

. "$(dirname "$0")/lib.sh"

# One of its own: others unpack packages at the same time.
export TMPDIR="$work/tmp"
mkdir "$TMPDIR"

need mix jq erl
sequence_project 0.1.0 "$work/one"
sequence_project 0.2.0 "$work/two"
for project in "$work/one" "$work/two"; do
    initialised "$project"
done
mkdir -p "$work/one/rel/overlays" "$work/two/rel/overlays/etc"
echo one >"$work/one/rel/overlays/only_one"
echo two >"$work/two/rel/overlays/etc/only_two"
printf '[{sequence, [{colour, red}, {gone, 1}]}].\n' >"$work/one/rel/sys.config"
printf '[{sequence, [{colour, "se\\"cret"}]}, {kernel, [{new, 1}]}].\n' >"$work/two/rel/sys.config"
for project in "$work/one" "$work/two"; do
    sed 's,^  sequence:.*,&\n    sys_config: rel/sys.config,' "$project/rel/config.yaml" >"$work/config"
    cat "$work/config" >"$project/rel/config.yaml"
done
mkdir "$work/two/priv"
echo data >"$work/two/priv/data"
(cd "$work/two" && MIX_ENV=prod mix compile --force >/dev/null 2>&1)
built 'version 0.1.0' "$work/one" --env=prod
built 'version 0.2.0, an upgrade' "$work/two" --env=prod \
    --upfrom "$work/one/_build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz"
one=$work/one/_build/prod/rel/sequence
two=$work/two/_build/prod/rel/sequence
package=$two/releases/0.2.0/sequence.tar.gz

# --- inspect -------------------------------------------------------------------------

run "$relc" inspect "$package"
expect 'inspect' 0 '*Release: *sequence 0.2.0*Elixir: *1.*Package: *full*Upgrades: *from 0.1.0*Downgrades: *to 0.1.0*kernel *permanent*' ''
run "$relc" inspect --json "$package"
expect 'inspect --json' 0 '{*}' ''
printf '%s\n' "$out" >"$work/json"
run erl -noinput -boot start_clean -eval '
    {ok, [{release, {N, V}, {erts, E}, Apps}]} = file:consult("'"$two"'/releases/0.2.0/sequence.rel"),
    io:format("~s ~s ~s~n", [N, V, E]),
    [io:format("~s ~s~n", [element(1, A), element(2, A)]) || A <- Apps], halt().'
same 'names and versions are those of the .rel' "$out" \
    "$(jq -r '"\(.name) \(.version) \(.erts.version)", (.applications[] | "\(.name) \(.version)")' "$work/json")"
tar -xzf "$package" -C "$(mkdir "$work/unpacked" && echo "$work/unpacked")"
rm "$work"/unpacked/releases/RELEASES "$work"/unpacked/releases/*.rel \
    "$work"/unpacked/releases/start_erl.data
same 'files' "$(find "$work/unpacked" ! -type d | wc -l)" "$(jq .files "$work/json")"
same 'their size' "$(find "$work/unpacked" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" \
    "$(jq .size "$work/json")"
same 'the size of an application' \
    "$(cd "$work/unpacked" && find lib/stdlib-* -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" \
    "$(jq '.applications[] | select(.name == "stdlib").size' "$work/json")"
same 'the ways of the relup' '["0.1.0"] ["0.1.0"]' "$(jq -rc '"\(.relup.up_from) \(.relup.down_to)"' "$work/json")"
run "$relc" inspect --json "$two"
same 'the folder is the same as the package' "$(cat "$work/json")" "$out"
in_folder "$work/one" "$relc" inspect --env=prod 0.1.0
expect 'a version that was built here' 0 '*sequence 0.1.0*' ''
in_folder "$work/one" "$relc" inspect 0.1.0
expect 'a version of an environment that was not built' 1 '' "*nothing was built in *--env*"
run "$relc" inspect
expect 'inspect of nothing' 2 '' '*no release is given*'
run "$relc" inspect "$work/one"
expect 'inspect of a folder that is no release' 1 '' '*is no release*'
built 'a delta package' "$work/two" --env=prod --delta --tar-only --output "$work/delta" \
    --upfrom "$work/one/_build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz"
run "$relc" inspect "$work/delta/releases/0.2.0/sequence-delta.tar.gz"
expect 'inspect of a delta package' 1 '' '*is a delta package*give the whole package: sequence.tar.gz'
head -c 100000 "$package" >"$work/cut.tar.gz"
run "$relc" inspect "$work/cut.tar.gz"
expect 'inspect of a package that is cut off' 1 '' '*cut.tar.gz*'
same 'nothing is left in the folder for temporary files' '' "$(find "$TMPDIR" -name 'relc-release-*')"

# --- diff ------------------------------------------------------------------------------

run "$relc" diff "$one" "$package"
expect 'diff' 0 'sequence 0.1.0 -> sequence 0.2.0
~ kernel
    + setting new
~ sequence 0.1.0 -> 0.2.0
    ~ module Sequence.Server
    ~ setting colour
    - setting gone
    + file priv/data
~ sequence_protocols 0.1.0 -> 0.2.0
+ file etc/only_two
- file only_one' ''
run "$relc" diff "$package" "$one" --json
same 'diff --json, the other way' '["application","changed","sequence",null,"0.2.0","0.1.0"]' \
    "$(printf '%s\n' "$out" | jq -c '.differences[] | select(.what == "application" and .application == "sequence") | [.what, .change, .application, .name, .from, .to]')"
same 'files that are gone' '["removed","priv/data"] ["removed","etc/only_two"] ["added","only_one"]' \
    "$(printf '%s\n' "$out" | jq -c '.differences[] | select(.what == "file") | [.change, .name]' | tr '\n' ' ' | sed 's/ $//')"
cp -R "$one" "$work/copy"
run "$relc" diff "$one" "$work/copy"
expect 'a release and its copy' 0 '*no difference' ''
(cd "$work/one" && MIX_ENV=prod mix compile --force >/dev/null 2>&1)
built 'the same sources, compiled again' "$work/one" --env=prod
run "$relc" diff "$work/copy" "$one"
expect 'are the same release' 0 '*no difference' ''
echo '# changed' >>"$one/releases/0.1.0/vm.args"
rm "$one/bin/no_dot_erlang.boot"
run "$relc" diff "$work/copy" "$one"
expect 'a changed vm.args; boot files follow from other things' 0 '*0.1.0
~ file releases/VSN/vm.args' ''
rm -r "$one"/lib/sequence-0.1.0/ebin/*.beam
printf 'x' >"$one/lib/sequence-0.1.0/ebin/Elixir.Sequence.Server.beam"
run "$relc" diff "$work/copy" "$one"
expect 'a damaged module' 1 '' '*Elixir.Sequence.Server.beam*'
run "$relc" diff "$one"
expect 'diff of one' 2 '' '*two releases are needed*'
