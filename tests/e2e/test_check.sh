#!/bin/sh
# relc check: how releases are named, what it prints, and every kind of finding that needs no
# node to be believed (test_check_truth.sh has the others).

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/upgrade_lib.sh"

need mix

# --- what is wrong with the command line ---------------------------------------------

run "$relc" check
expect 'two releases are needed' 2 '' '*two releases are needed*relc check OLD NEW*'
run "$relc" check one two three
expect 'and no more' 2 '' "*does not take the argument 'three'*"
run "$relc" check nothing/here.tar.gz nothing/there.tar.gz
expect 'a release that is not there' 1 '' "*cannot open the release 'nothing/here.tar.gz'*"
run "$relc" check "$work" "$work"
expect 'a folder that is no release' 1 '' '*is no release*'
run "$relc" check 0.1.0 0.2.0
expect 'a version outside of a project' 1 '' "*'0.1.0' is no file or folder, and no version*"

# --- Elixir: the example, which is right, and then wrong -----------------------------

project=$work/sequence
scene=sequence
output=$project/_build/prod/rel/sequence
for vsn in 0.1.0 0.2.0 0.3.0; do
    sequence_project "$vsn" "$project"
    [ -d "$project/rel" ] || initialised "$project"
    sed 's/strip_debug_info: true/strip_debug_info: false/' "$project/rel/config.yaml" >"$work/config" &&
        cat "$work/config" >"$project/rel/config.yaml"
    case $vsn in
    0.1.0) built "sequence $vsn" "$project" --env=prod ;;
    *) built "sequence $vsn" "$project" --env=prod --upgrade ;;
    esac
done
in_folder "$project" "$relc" check --env=prod 0.1.0 0.2.0
expect 'the first step has nothing to find' 0 'sequence 0.1.0 -> 0.2.0: 0 errors, 0 warnings, 0 notes' ''
in_folder "$project" "$relc" check --env=prod 0.2.0 0.3.0
expect 'nor has the second, which converts the state' 0 \
    'sequence 0.2.0 -> 0.3.0: 0 errors, 0 warnings, 0 notes' ''
run "$relc" check "$output/releases/0.2.0/sequence.tar.gz" "$output/releases/0.3.0/sequence.tar.gz"
expect 'tarballs' 0 'sequence 0.2.0 -> 0.3.0: 0 errors*' ''
run "$relc" check "$output:0.2.0" "$output"
expect 'a version of a folder, and the one that it starts' 0 'sequence 0.2.0 -> 0.3.0: 0 errors*' ''
run "$relc" check "$output:0.9.0" "$output"
expect 'a version that a folder lacks' 1 '' '*0.9.0*'

sequence_project 0.3.0 "$project"
sed 's/version: "0.3.0"/version: "0.4.0"/' "$project/mix.exs" >"$work/x" && cat "$work/x" >"$project/mix.exs"
sed 's/delta: 1$/delta: 1, step: 1/' "$project/lib/sequence/server.ex" >"$work/x" &&
    cat "$work/x" >"$project/lib/sequence/server.ex"
sed 's/      Sequence.Server$/      Sequence.Server, {Agent, fn -> 1 end}/' \
    "$project/lib/sequence/application.ex" >"$work/x" && cat "$work/x" >"$project/lib/sequence/application.ex"
mkdir -p "$project/config"
printf 'import Config\n' >"$project/config/runtime.exs"
# The edits fall into the same second.
(cd "$project" && MIX_ENV=prod mix compile --force >"$work/captured/out" 2>&1) ||
    give_up 'sequence 0.4.0 compiles' "$(cat "$work/captured/out")"
built 'sequence 0.4.0' "$project" --env=prod --upgrade --no-check
in_folder "$project" "$relc" check --env=prod 0.3.0 0.4.0
expect 'what is said to people' 1 \
    "error: lib/sequence/server.ex:*: Sequence.Server: the state of the process changed (a struct Sequence.Server.State has other fields: new step), but no code_change converts the one that a running process has \[state_changed\]
  write a code_change that turns the old state into the new one
error: lib/sequence/application.ex:12: Sequence.Application: the new child Agent is started only when the node restarts \[child_not_started\]
*sequence 0.3.0 -> 0.4.0: 2 errors, 2 warnings, *" 'relc: error: the upgrade will go wrong: 2 errors'
in_folder "$project" "$relc" check --env=prod --json 0.3.0 0.4.0
printf '%s' "$out" >"$work/findings.json"
same 'JSON counts them' '2 2 sequence 0.3.0 0.4.0' \
    "$(jq -r '"\(.errors) \([.findings[] | select(.severity == "error")] | length) \(.release) \(.from) \(.to)"' "$work/findings.json")"
same 'JSON has null where nothing belongs' 'null null' \
    "$(jq -r '.findings[] | select(.code == "runtime_config_changed") | "\(.application) \(.line)"' "$work/findings.json")"

elixir_finds() {
    in_folder "$project" "$relc" check --env=prod --json "$2" "$3"
    note_finding "$@"
}
elixir_finds 'runtime.exs' 0.3.0 0.4.0 runtime_config_changed
elixir_finds 'a provider' 0.3.0 0.4.0 config_providers_changed
elixir_finds 'a struct that leads back' 0.3.0 0.4.0 downgrade_misses_version Sequence.Server

# The running version without debug information: its literals still tell of the struct.
cp -R "$output" "$work/stripped"
cat >"$work/strip.escript" <<'END'
#!/usr/bin/env escript
main(Files) ->
    [begin
        {ok, _, Chunks} = beam_lib:all_chunks(File),
        {ok, Bytes} = beam_lib:build_module([Chunk || Chunk <- Chunks, element(1, Chunk) =/= "Dbgi"]),
        ok = file:write_file(File, Bytes)
    end || File <- Files].
END
run escript "$work/strip.escript" "$work"/stripped/lib/sequence-0.3.0/ebin/*.beam
elixir_finds 'a struct of a stripped version' "$work/stripped:0.3.0" 0.4.0 state_changed Sequence.Server
run escript "$work/strip.escript" "$work"/stripped/lib/sequence-0.2.0/ebin/*.beam
in_folder "$project" "$relc" check --env=prod "$work/stripped:0.2.0" 0.3.0
expect 'a state that is converted is no error when stripped' 0 '*: 0 errors, 0 warnings, 1 note' ''

# Elixir's version is that of its .app file.
cp -R "$output" "$work/other_elixir"
elixir=$(basename "$work"/other_elixir/lib/elixir-*)
mv "$work/other_elixir/lib/$elixir" "$work/other_elixir/lib/elixir-9.9.9"
for file in "$work"/other_elixir/lib/elixir-9.9.9/ebin/elixir.app "$work"/other_elixir/releases/0.4.0/sequence.rel; do
    sed "s/{\(elixir\|vsn\), *\"${elixir#elixir-}\"/{\\1,\"9.9.9\"/" "$file" >"$work/x" && cat "$work/x" >"$file"
done
elixir_finds 'another Elixir' 0.3.0 "$work/other_elixir:0.4.0" elixir_changed

# mix release keeps protocols beside the .rel.
for vsn in 0.3.0 0.4.0; do
    mkdir "$work/mix-$vsn"
    cp -R "$output/lib" "$output/releases" "$work/mix-$vsn"
    rel=$work/mix-$vsn/releases/$vsn
    mv "$work/mix-$vsn/lib/sequence_protocols-$vsn/ebin" "$rel/consolidated"
    rm -f "$rel/consolidated"/*.app* "$rel/relup"
    tr -d '\n' <"$rel/sequence.rel" | sed 's/^%% coding: utf-8//
        s/, *{sequence_protocols,"[0-9.]*"[^}]*}//' >"$work/x" && cat "$work/x" >"$rel/sequence.rel"
done
printf 'defimpl String.Chars, for: Tuple do\n  def to_string(_), do: "tuple"\nend\n' >"$work/impl.ex"
cp -R "$work/mix-0.4.0" "$work/mix-same"
mkdir "$work/consolidated"
(cd "$work/consolidated" && elixirc "$work/impl.ex" >/dev/null 2>&1)
cat >"$work/consolidate.exs" <<'END'
[dir | paths] = System.argv()
for protocol <- [String.Chars] do
  {:ok, binary} = Protocol.consolidate(protocol, Protocol.extract_impls(protocol, paths))
  File.write!(Path.join(dir, "#{protocol}.beam"), binary)
end
END
elixir -pa "$work/consolidated" "$work/consolidate.exs" "$work/mix-0.4.0/releases/0.4.0/consolidated" \
    "$work/consolidated" "$(echo "$work"/mix-0.4.0/lib/elixir-*/ebin)"
elixir_finds 'protocols outside of applications' "$work/mix-0.3.0:0.3.0" "$work/mix-0.4.0:0.4.0" \
    protocols_not_upgraded String.Chars
run "$relc" check --json "$work/mix-0.3.0:0.3.0" "$work/mix-same:0.4.0"
case $out in
*protocols_not_upgraded*) not_ok 'protocols that did not change are no finding' "$out" ;;
*) ok 'protocols that did not change are no finding' ;;
esac

# --- Erlang: the release as a whole --------------------------------------------------

scene whole
upgrade_options=' '
version 1
edit demo_other 's/-> 1\./-> 2./'
version 2
finds_no_error 'a good change without a relup' 1 2
finds 'the other way round' 2 1 release_version_lowered
finds 'an application goes back' 2 1 app_version_lowered
finds 'the same version' 2 2 release_version_not_raised
packages=$project/build/rel/demo/releases
mkdir "$work/demo-2"
tar -xzf "$packages/2/demo.tar.gz" -C "$work/demo-2"

# changed NAME: a copy of version 2 to be spoilt.
changed() {
    spoilt=$work/changed-$1
    cp -R "$work/demo-2" "$spoilt"
}
changed name
sed 's/"demo"/"other"/' "$spoilt/releases/2/demo.rel" >"$spoilt/releases/2/other.rel"
rm "$spoilt/releases/2/demo.rel"
finds 'another release' 1 "$spoilt" other_release
changed sasl
tr -d '\n' <"$spoilt/releases/2/demo.rel" | sed 's/^%% coding: utf-8//; s/, *{sasl,"[0-9.]*"}//' >"$work/x" &&
    cat "$work/x" >"$spoilt/releases/2/demo.rel"
finds 'no release_handler' 1 "$spoilt" no_release_handler
changed erts
rm -r "$spoilt"/erts-*
finds 'no ERTS' 1 "$spoilt" erts_not_included
changed links
mv "$spoilt/lib/demo-2/ebin" "$spoilt/elsewhere"
ln -s ../../elsewhere "$spoilt/lib/demo-2/ebin"
finds 'links' 1 "$spoilt" dev_mode
changed runtime
erts=$(basename "$spoilt"/erts-*)
mv "$spoilt/$erts" "$spoilt/erts-99.0"
sed "s/\"${erts#erts-}\"/\"99.0\"/" "$spoilt/releases/2/demo.rel" >"$work/x" && cat "$work/x" >"$spoilt/releases/2/demo.rel"
finds 'another ERTS' 1 "$spoilt" emulator_restarts
finds 'no heart' 1 "$spoilt" heart_missing
changed relup
printf '{"3", [], []}.\n' >"$spoilt/releases/2/relup"
finds 'the relup of another version' 1 "$spoilt" relup_for_other_version
changed list
sed 's/demo_other,//; s/,demo_other//' "$spoilt/lib/demo-2/ebin/demo.app" >"$work/x" && cat "$work/x" >"$spoilt/lib/demo-2/ebin/demo.app"
finds 'a module that is not listed' 1 "$spoilt" module_not_in_app demo_other
changed twice
cp "$spoilt/lib/demo-2/ebin/demo_other.beam" "$spoilt"/lib/sasl-*/ebin
finds 'a module in two applications' 1 "$spoilt" module_in_two_apps demo_other
changed distribution
mkdir "$(echo "$spoilt"/lib/stdlib-*)/priv"
printf 'x' >"$(echo "$spoilt"/lib/stdlib-*)/priv/file"
finds 'what Erlang brings, of another build' 1 "$spoilt" runtime_version_not_raised
changed type
sed 's/{demo,"2"}/{demo,"2",temporary}/' "$spoilt/releases/2/demo.rel" >"$work/x" && cat "$work/x" >"$spoilt/releases/2/demo.rel"
finds 'another start type' 1 "$spoilt" start_type_changed
changed stripped
run erl -noshell -eval "{ok, _} = beam_lib:strip_files([\"$spoilt/lib/demo-2/ebin/demo_other.beam\"]), halt()."
finds 'a module without attributes' 1 "$spoilt" stripped_module demo_other

# --- Erlang: appups ------------------------------------------------------------------

scene appups
upgrade_options=' '
version 1
edit demo_other 's/-> 1\./-> 2./'
rm "$project/src/demo.erl"
printf '{"2", [{"1", [{load_module, demo_nowhere}, {load_module, demo_app}, {load_module, demo_other}]}], [{"1", []}]}.\n' \
    >"$project/ebin/demo.appup"
version 2
finds 'a module that does not exist' 1 2 module_does_not_exist demo_nowhere
finds 'a module that stays' 1 2 module_not_removed demo
finds 'a module that did not change' 1 2 module_unchanged demo_app
printf '{"2", [{"0", []}], [{"0", []}]}.\n' >"$project/ebin/demo.appup"
version 2
finds 'an appup for another version' 1 2 appup_lacks_version

# --- Erlang: processes ---------------------------------------------------------------

scene processes
upgrade_options=' '
edit demo_sup 's/\[\]}}\]/[]}},\
        #{id => map, start => {demo_map, start_link, [1]}}]/'
sed 's/demo_server/demo_map/; s/{ok, 1}/{ok, #{a => 1}}/' "$project/src/demo_server.erl" >"$project/src/demo_map.erl"
sed 's/{ok, 1}/{ok, {1, a}}/' "$project/src/demo_server.erl" >"$project/src/demo_twice.erl"
edit demo_twice 's/demo_server/demo_twice/; s/N + 1/setelement(1, N, 2)/'
version 1
edit demo_map 's/#{a => 1}/#{a => 1, b => 2}/'
edit demo_server 's/^-vsn.*/-vsn("2")./; s/{ok, 1}/{ok, [1]}/; s/N + 1}/[N]}/
    s/^code_change.*/code_change("1", N, _) -> {ok, [N]}; code_change({down, "1"}, [N], _) -> {ok, N}./'
edit demo_twice 's/{1, a}/{1, a, b}/; s/^code_change.*/code_change(_, {N, M}, _) -> {ok, {N, M, b}}./'
edit demo_sup 's/\[1\]/[2]/'
printf '[{demo, [{key, 1}]}].\n' >"$project/rel/sys.config"
printf '{"2", [{"1", [{load_module, demo_map}, {load_module, demo_server}, {update, demo_twice, {advanced, []}}, {update, demo_sup, supervisor}]}], [{"1", []}]}.\n' \
    >"$project/ebin/demo.appup"
version 2
finds 'a code_change that is not called' 1 2 code_change_not_called demo_server
finds 'a new key of a map' 1 2 state_keys_changed demo_map
finds 'the same vsn of another state' 1 2 vsn_not_raised demo_twice
finds 'other arguments of a child' 1 2 child_keeps_old_spec demo_sup
finds 'a setting of an application that is not told' 1 2 config_not_announced demo_app
sed 's/include_erts: true/include_erts: true\n    strip_debug_info: true/' "$project/rel/config.yaml" >"$work/x" &&
    cat "$work/x" >"$project/rel/config.yaml"
version 2
finds 'modules without debug information' 1 2 no_debug_info

# --- many modules: what was looked at is forgotten --------------------------------------

scene many
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    awk -v number="$i" 'BEGIN {
        printf "-module(many_%d).\n-vsn(1).\n-export([f/2]).\n", number
        for (n = 1; n < 1000; n++) printf "f(%d, X) -> {a, [%d, {X, X}, X]};\n", n, n
        print "f(_, X) -> X."
    }' | module "many_$i"
done
version 1
for file in "$project"/src/many_*.erl; do
    edit "$(basename "$file" .erl)" 's/-vsn(1)/-vsn(2)/'
done
version 2
# Together they take more than 300 MB.
if grep -q __asan_init "$relc"; then
    limits='ASAN_OPTIONS=quarantine_size_mb=1:hard_rss_limit_mb=150; export ASAN_OPTIONS'
else
    limits='ulimit -v 150000'
fi
in_folder "$project" sh -c "$limits; exec '$relc' check 1 2"
expect 'thirty large modules that changed' 0 'demo 1 -> 2: 0 errors*' ''

# --- all kinds -----------------------------------------------------------------------

# Those that are shown on a node, too.
sed -n "s/^ *finds '[^']*'[^ ]* [0-9]* [0-9]* \([a-z_]*\).*/\1/p" "$top/tests/e2e/test_check_truth.sh" >>"$work/found"
missing=$(sed -n 's/^| `\([a-z_]*\)` | \(error\|warning\|note\) .*/\1/p' "$top/docs/upgrading.md" |
    grep -vxF -f "$work/found")
same 'every kind of finding was found in these tests' '' "$missing"
