#!/bin/sh
# What goes wrong with hot upgrades elsewhere, tried here: each check names its problem, with the
# number of its issue in Distillery where there is one. What needs no Elixir is in
# tests/scripts/test_upgrade_*.sh.

. "$(dirname "$0")/lib.sh"

need mix
name=sequence
project=$work/project
export SECRET=one

# written VERSION: runtime.exs fails when the file BROKEN is there.
written() {
    sequence_project "$1" "$project"
    mkdir -p "$project/config" "$project/rel/commands" "$project/rel/hooks/post_upgrade"
    cat >"$project/config/runtime.exs" <<EOF
import Config
if File.exists?("$work/broken"), do: raise "no secret for $1"
config :sequence, secret: System.fetch_env!("SECRET"), made_for: {"$1", System.get_env("RELEASE_VSN")}
EOF
    # The shell of the release expands what is in there.
    # shellcheck disable=SC2016
    printf '%s\n' 'release_ctl eval "IO.puts(Application.spec(:sequence, :vsn)); IO.puts(:code.which(Sequence.Server))"' \
        >"$project/rel/commands/which.sh"
    echo "release_ctl eval 'IO.puts([\"hook \", Application.spec(:sequence, :vsn)])'" \
        >"$project/rel/hooks/post_upgrade/1.sh"
    printf -- '-name %s\n' "$node" >"$project/rel/vm.args"
}

mkdir -p "$project/rel"
cat >"$project/rel/config.yaml" <<'EOF'
releases:
  sequence:
    version: current
    vm_args: rel/vm.args
    post_upgrade_hooks: rel/hooks/post_upgrade
    commands: {which: rel/commands/which.sh}
environments:
  prod: {}
EOF
written 0.1.0
built '0.1.0' "$project" --env=prod
written 0.2.0
built '0.2.0' "$project" --env=prod --upgrade --delta
written 0.3.0
built '0.3.0' "$project" --env=prod --upgrade
packages=$project/_build/prod/rel/sequence/releases

# Folders with a blank and quotes in their names, too
release="$work/a server's"
mkdir "$release"
tar -xzf "$packages/0.1.0/sequence.tar.gz" -C "$release"
mkdir "$release/releases/0.2.0"
package=$release/releases/0.2.0/sequence.tar.gz

# What is on disk but logs; what the node says of itself.
picture() {
    tree "$release/lib"
    tree "$release/releases"
    node rpc '{:release_handler.which_releases(), Application.get_all_env(:sequence), Application.spec(:sequence), :code.get_path()}'
    printf '%s\n' "$out"
}

# unharmed WHAT: as it was at the last `before=$(picture)`
unharmed() {
    same "$1: node, RELEASES and disk are as before" "$before" "$(picture)"
}

answer() {
    node rpc "$2"
    expect "$1" 0 "$3" ''
}

node start
expect 'start' 0 '' ''
answer 'the node counts' 'Sequence.Server.next_number()' 456

# --- packages ------------------------------------------------------------------------

size=$(stat -c %s "$packages/0.2.0/sequence.tar.gz")
head -c "$((size / 2))" "$packages/0.2.0/sequence.tar.gz" >"$package"
before=$(picture)
node upgrade 0.2.0
expect 'a package that was cut off (559: it stays "already unpacked" for ever)' 1 '*attempting to unpack*' '*is damaged: it is cut off'
unharmed 'a package that was cut off'
mkdir "$work/foreign"
tar -xzf "$packages/0.2.0/sequence.tar.gz" -C "$work/foreign"
sed -i 's/{otp,"[0-9]*"}/{otp,"22"}/' "$work/foreign/releases/0.2.0/package.info"
tar -czf "$package" -C "$work/foreign" .
before=$(picture)
node upgrade 0.2.0
expect 'a package for another OTP (734)' 1 '*' '*is for OTP 22 (ERTS *), this node runs OTP *'
unharmed 'a package for another OTP'
sed -i -e "s/{otp,\"[0-9]*\"}/{otp,\"$(erl -noinput -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')\"}/" \
    -e 's/{elixir,"[^"]*"}/{elixir,"1.13.0"}/' "$work/foreign/releases/0.2.0/package.info"
tar -czf "$package" -C "$work/foreign" .
before=$(picture)
node upgrade 0.2.0
expect 'a package for another Elixir' 1 '*' '*is for Elixir 1.13.0, this node runs Elixir *'
unharmed 'a package for another Elixir'
cp "$packages/0.3.0/sequence.tar.gz" "$release/releases/sequence-0.3.0.tar.gz"
before=$(picture)
node upgrade 0.3.0
expect 'a relup from another version (495: no_matching_relup)' 1 '*' '*no way from the running version 0.1.0 to 0.3.0: 0.3.0 can be reached from 0.2.0'
unharmed 'a relup from another version'

# --- no space ------------------------------------------------------------------------

cp "$packages/0.2.0/sequence.tar.gz" "$package"
mkdir "$work/tools"
printf '#!/bin/sh\necho x\necho "/dev/x 9999 9000 999 90%% /"\n' >"$work/tools/df"
chmod 755 "$work/tools/df"
answer 'a df that shows a full disk' "System.put_env(\"PATH\", \"$work/tools:\" <> System.get_env(\"PATH\"))" ':ok'
before=$(picture)
node upgrade 0.2.0
expect 'no space' 1 '*' '*no space: the package * takes *'
unharmed 'no space'
rm "$work/tools/df"

# --- configuration -------------------------------------------------------------------

touch "$work/broken"
before=$(picture)
node upgrade 0.2.0
expect 'runtime.exs fails (App. A 14: generated files stay behind)' 1 '*' '*no secret for 0.2.0*'
unharmed 'runtime.exs fails'
rm "$work/broken"
sysconfig=$(tar -xzOf "$packages/0.2.0/sequence.tar.gz" releases/0.2.0/sys.config)
answer 'a setting made at run time' 'Application.put_env(:sequence, :key, "run time")' ':ok'
node upgrade 0.2.0
expect 'the same version with a good package' 0 'Release 0.2.0 not found, attempting to unpack releases/0.2.0/sequence.tar.gz
Unpacked successfully: "0.2.0"
Release 0.2.0 is already unpacked, now installing.
Installed Release: 0.2.0
Made release permanent: "0.2.0"
hook 0.2.0' ''
answer 'runtime.exs of the new version counts (92, 139, 154)' \
    'Application.get_all_env(:sequence) |> Keyword.take([:secret, :made_for])  |> Enum.sort()' '\[made_for: {"0.2.0", "0.2.0"}, secret: "one"\]'
answer 'settings made at run time stay (352)' 'Application.get_env(:sequence, :key)' '"run time"'
same 'sys.config is as it was' "$sysconfig" "$(cat "$release/releases/0.2.0/sys.config")"
answer 'the state is kept' 'Sequence.Server.next_number()' '"The next number is 457"'
node which
expect 'custom commands run the new code (602)' 0 "0.2.0${newline}$release/lib/sequence-0.2.0/*" ''
expect 'the post_upgrade hook, too (654)' 0 '*' ''

# --- afterwards ----------------------------------------------------------------------

node restart
expect 'restart' 0 ok ''
answer 'it restarts as the new version' 'Application.get_env(:sequence, :made_for)' '{"0.2.0", "0.2.0"}'
node stop
touch -d '2001-01-01' "$release/releases/start_erl.data"
node start
answer 'it starts as the new version (732, 729, 693, 703, 718, 695, 217)' \
    '{Application.spec(:sequence, :vsn), Application.get_env(:sequence, :made_for)}' "{'0.2.0', {\"0.2.0\", \"0.2.0\"}}"
node upgrade 0.3.0
expect 'a second upgrade (495, 273)' 0 '*Made release permanent: "0.3.0"*' ''
node downgrade 0.2.0
expect 'and back' 0 '*Made release permanent: "0.2.0"*' ''
check 'the .rel files are still there (91)' [ -f "$release/releases/0.3.0/sequence.rel" ]
node remove 0.2.0
expect 'the running version is not removed (chapter 0: nor its libraries)' 1 '' '*it is running'
before=$(tree "$release/lib" | grep -v 'sequence-0.1.0\|protocols-0.1.0')
node remove 0.1.0
expect 'the first version is' 0 'Removed Release: 0.1.0' ''
same 'with its own libraries alone' "$before" "$(tree "$release/lib")"
node eval 'IO.puts(Application.spec(:sequence, :vsn))'
expect 'eval without the first version (App. A 1)' 0 0.2.0 ''
# They are for the escript.
printf '%s\n' '#!/usr/bin/env escript' 'main(_) -> io:format("~ts", [code:which(sequence_x)]).' >"$work/escript"
node escript "$work/escript"
expect 'escript without the first version' 0 non_existing ''
node which
expect 'custom commands without the first version' 0 "0.2.0${newline}*" ''
node restart
expect 'restart without the first version' 0 ok ''

# --- two and more commands at once ------------------------------------------------------

for one in 1 2 3 4; do
    launch "$release/bin/sequence" upgrade 0.3.0 >"$work/parallel$one" 2>&1 </dev/null &
done
wait
same 'of four upgrades at once one is done (App. A 2), or later ones find it done' 0 \
    "$(cat "$work"/parallel? | grep -vc 'another command is at work\|is already installed, current, and permanent\|^Release 0.3.0 is marked old\|^Installed Release: 0.3.0\|^Made release permanent: "0.3.0"\|^hook 0.3.0')"
same 'it is done once' 1 "$(cat "$work"/parallel? | grep -c '^Installed Release: 0.3.0')"
node versions
expect 'and holds' 0 '*0.3.0           permanent, running*' ''
same 'nothing is left in releases/' '' "$(find "$release/releases" -maxdepth 1 -name '.*')"
node stop
expect 'stop' 0 ok ''
