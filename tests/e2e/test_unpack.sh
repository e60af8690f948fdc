#!/bin/sh
# The package of another version, unpacked for a running node.

. "$(dirname "$0")/lib.sh"

need mix
name=sequence
sequence_project 0.1.0 "$work/one"
sequence_project 0.2.0 "$work/two"
for project in "$work/one" "$work/two"; do
    initialised "$project"
    built "$project is built" "$project" --env=prod --tar-only
done
release=$work/server
mkdir "$release"
tar -xzf "$work/one/_build/prod/rel/sequence/releases/0.1.0/sequence.tar.gz" -C "$release"
package=$work/two/_build/prod/rel/sequence/releases/0.2.0/sequence.tar.gz

node unpack 0.2.0
expect 'no node running' 1 '' '*is not running*'
node start
expect 'start' 0 '' ''
node unpack
expect 'no version' 1 '' '*unpack needs a version*'
node unpack '../x'
expect 'an unsafe version' 1 '' "*there is no package '../x'"
node unpack 0.2.0
expect 'no package' 1 'Release 0.2.0 not found, attempting to unpack releases/0.2.0/sequence.tar.gz' '*there is no package of version 0.2.0: *'

mkdir "$release/releases/0.2.0"
head -c 1000000 "$package" >"$release/releases/0.2.0/sequence.tar.gz"
before=$(ls "$release/lib")
node unpack 0.2.0
expect 'a package that is cut off' 1 '*attempting to unpack*' '*sequence.tar.gz is damaged: *'
same 'leaves nothing' "$before" "$(ls "$release/lib")"
rm -r "$release/releases/0.2.0"

cp "$package" "$release/releases/sequence-0.2.0.tar.gz"
node unpack 0.2.0
expect 'a package' 0 "Release 0.2.0 not found, attempting to unpack releases/sequence-0.2.0.tar.gz
Unpacked successfully: \"0.2.0\"" ''
node versions
expect 'is known then' 0 '*0.2.0 *unpacked*' ''
check 'and there' [ -f "$release/lib/sequence-0.2.0/ebin/sequence.app" ]
node unpack 0.2.0
expect 'a second time' 0 'Release 0.2.0 is already unpacked.' ''
node unpack 0.1.0
expect 'the running version' 0 'Release 0.1.0 is already there: permanent.' ''
run env RELEASE_READ_ONLY=1 "$release/bin/sequence" unpack 0.3.0
expect 'a read-only release' 1 '' '*RELEASE_READ_ONLY*'
node rpc 'Sequence.Server.next_number()'
expect 'the node goes on' 0 456 ''
node stop
expect 'stop' 0 ok ''
