#!/bin/sh
# dev_mode: a release of links, which shows at its next start what was compiled last.

. "$(dirname "$0")/lib.sh"

need mix
name=sequence
project=$work/project
release=$project/_build/dev/rel/sequence

run sh "$top/examples/sequence/use_version.sh" 0.1.0 "$project"
compile() {
    in_folder "$project" env MIX_ENV=dev mix compile
    [ "$status" -eq 0 ] || give_up 'the project compiles' "$out" "$err"
}
compile
initialised "$project"
printf '%s\n' 'vm_args: rel/vm.args' >"$work/line"
sed "/^  dev:/a\\
\\    $(cat "$work/line")" "$project/rel/config.yaml" >"$work/config.yaml"
cp "$work/config.yaml" "$project/rel/config.yaml"

built 'relc build --env=dev' "$project" --env=dev
same 'it says that there is no tarball' \
    '==> You have set dev_mode to true, skipping archival phase' \
    "$(printf '%s\n' "$err" | tail -n 1)"
matches "$out" "Release successfully built!$newline*_build/dev/rel/sequence/bin/sequence console*"
same 'it says how to start it' 0 "$?"
same 'there is no tarball' '' "$(find "$project/_build" -name '*.tar*')"
same 'sequence is a link to where it is compiled' "$project/_build/dev/lib/sequence" \
    "$(readlink "$release/lib/sequence-0.1.0")"
same 'elixir is a link to the installation' "$(readlink -f /usr/lib/elixir/lib/elixir)" \
    "$(readlink -f "$release/lib"/elixir-*)"
for entry in "$release"/lib/*; do
    case $entry in
    */sequence_protocols-*) ;;
    *) check "${entry##*/lib/} is a link" [ -h "$entry" ] ;;
    esac
done

node start
expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
node rpc 'Sequence.Server.next_number()'
expect 'rpc' 0 456 ''

# Only source and compiler: no new build of the release.
sed 's/{:reply, number, save(number + 1)}/{:reply, {:recompiled, number}, save(number + 1)}/' \
    "$project/lib/sequence/server.ex" >"$work/server.ex"
check_not 'the source is changed' cmp -s "$work/server.ex" "$project/lib/sequence/server.ex"
sleep 1 # mix compares times in whole seconds
cp "$work/server.ex" "$project/lib/sequence/server.ex"
cat >"$project/lib/sequence/number.ex" <<'END'
defmodule Sequence.Number do
  defstruct [:value]
end

defimpl String.Chars, for: Sequence.Number do
  def to_string(number), do: "number #{number.value}"
end
END
compile
node rpc 'Sequence.Server.next_number()'
expect 'a running node keeps its code' 0 457 ''
node restart
expect 'restart' 0 ok ''
recompiled() {
    node rpc 'Sequence.Server.next_number()'
    [ "$status:$out" = '0:{:recompiled, 456}' ]
}
check 'after a restart it has what was compiled last' wait_for 30 recompiled
node rpc 'IO.puts(struct(Sequence.Number, value: 7))'
expect 'also the consolidated protocols' 0 "number 7$newline:ok" ''

# Another build over it, while the node runs.
built 'relc build --env=dev again' "$project" --env=dev
node ping
expect 'the node goes on' 0 pong ''
node stop
expect 'stop' 0 ok ''

in_folder "$project" "$relc" build --env=dev --tar-only
expect '--tar-only is refused' 2 '' '*relc: error: --tar-only makes no sense in dev_mode*'
in_folder "$project" "$relc" build --env=dev --no-tar
expect '--no-tar is what happens anyway: nothing is said' 0 '*' '*'
check_not 'no word of a skipped phase' matches "$err" '*skipping archival phase*'

# From a release of links to one of copies and back.
sed '/^  dev:/,/^$/s/dev_mode: true/dev_mode: false/' "$work/config.yaml" >"$project/rel/config.yaml"
built 'relc build without dev_mode over it' "$project" --env=dev --no-tar
check_not 'sequence is no link now' [ -h "$release/lib/sequence-0.1.0" ]
check 'the compiled files are still there' \
    [ -f "$project/_build/dev/lib/sequence/ebin/Elixir.Sequence.Server.beam" ]
built 'relc build --dev over that' "$project" --env=dev --dev
check 'sequence is a link again' [ -h "$release/lib/sequence-0.1.0" ]
node start
expect 'start' 0 '' ''
node stop
expect 'stop' 0 ok ''
