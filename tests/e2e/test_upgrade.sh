#!/bin/sh
# The whole story of examples/sequence: a node goes from version to version and back while it
# runs and a console is open; what is in force each time, and what is left after a restart.

. "$(dirname "$0")/lib.sh"

need mix script
name=sequence
project=$work/project
output=$project/_build/prod/rel/sequence
export HOOKS_LOG="$work/hooks.log" STORY=told

# --- three versions, each with all that a version can bring --------------------------

# written VERSION: configuration, a file in priv, hooks and a command tell their version.
written() {
    mkdir -p "$project/config" "$project/priv" "$project/rel/commands"
    cat >"$project/config/runtime.exs" <<EOF
import Config
config :sequence, runtime: {"$1", System.get_env("STORY")}
EOF
    echo "[{sequence, [{static, <<\"$1\">>}, {runtime, none}]}]." >"$project/rel/sys.config"
    printf -- '-name %s\n-env STORY_ARGS %s\n' "$node" "$1" >"$project/rel/vm.args"
    printf %s "$1" >"$project/priv/version"
    printf '# which: tells the version of this command\necho "%s, $REL_VSN"\n' "$1" \
        >"$project/rel/commands/which.sh"
    for hook in pre_upgrade post_upgrade; do
        mkdir -p "$project/rel/hooks/$hook"
        echo "echo \"$hook of $1, node: \$(release_remote_ctl rpc 'Application.spec(:sequence, :vsn)')\" >>\"\$HOOKS_LOG\"" \
            >"$project/rel/hooks/$hook/10_note.sh"
    done
    sequence_project "$1" "$project"
}

mkdir -p "$project/rel"
cat >"$project/rel/config.yaml" <<'EOF'
releases:
  sequence:
    version: current
    sys_config: rel/sys.config
    vm_args: rel/vm.args
    strip_debug_info: true
    pre_upgrade_hooks: rel/hooks/pre_upgrade
    post_upgrade_hooks: rel/hooks/post_upgrade
    commands: {which: rel/commands/which.sh}
environments:
  prod: {}
EOF
written 0.1.0
built '0.1.0' "$project" --env=prod
written 0.2.0
built '0.2.0 with a delta package' "$project" --env=prod --upgrade --delta
written 0.3.0
built '0.3.0 with a full package' "$project" --env=prod --upgrade
packages=$output/releases
printf '# full package: %d bytes, delta package: %d bytes\n' \
    "$(stat -c %s "$packages/0.2.0/sequence.tar.gz")" \
    "$(stat -c %s "$packages/0.2.0/sequence-delta.tar.gz")"

# --- what is in force ----------------------------------------------------------------

# in_force VERSION
in_force() {
    answer "configuration and priv are those of $1" \
        '{Application.get_env(:sequence, :static), Application.get_env(:sequence, :runtime),
          Application.app_dir(:sequence, "priv/version") |> File.read!(), Application.spec(:sequence, :vsn)}' \
        "{\"$1\", {\"$1\", \"told\"}, \"$1\", '$1'}"
    node which
    expect "commands are those of $1" 0 "$1, $1" ''
    node version
    expect "the version is $1" 0 "sequence $1" ''
}

# hooks_were OLD NEW
hooks_were() {
    same "hooks ran, before by $1 and after by $2" \
        "pre_upgrade of $1, node: '$1'${newline}post_upgrade of $2, node: '$2'" \
        "$(cat "$HOOKS_LOG")"
    : >"$HOOKS_LOG"
}

# drawn WHAT TEXT: a number by rpc.
drawn() {
    answer "$1" 'Sequence.Server.next_number()' "$2"
}

# console_draws WHAT TEXT: one more, in the console that is open all the time.
console_draws() {
    terminal_type 'IO.puts("drawn: #{Sequence.Server.next_number()}")\n'
    terminal_shows "$1" 20 "drawn: $2"
}

# state_is WHAT PATTERN: the state of the server, which has to be the same process.
state_is() {
    answer "$1" '{:sys.get_state(Sequence.Server), inspect(Process.whereis(Sequence.Server))}' \
        "{$2, \"$server\"}"
}

# states PATTERN: what `versions` shows.
states() {
    node versions
    expect 'the states of the versions' 0 "$1" ''
}

# --- up, down and up again -----------------------------------------------------------

fresh "$packages/0.1.0/sequence.tar.gz"
node start
expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
node pid
pid=$out
node rpc 'IO.puts(inspect(Process.whereis(Sequence.Server)))'
server=${out%%"$newline"*}
in_force 0.1.0
terminal_open "'$release/bin/sequence' remote_console"
terminal_shows 'a console' 30 "iex($node)"
drawn 'a number' 456
console_draws 'the next one, in the console' 457

deliver "$packages/0.2.0/sequence-delta.tar.gz" 0.2.0
node upgrade 0.2.0
expect 'upgrade to 0.2.0, from a delta package' 0 \
    'Release 0.2.0 not found, attempting to unpack releases/0.2.0/sequence.tar.gz
Unpacked successfully: "0.2.0"
Release 0.2.0 is already unpacked, now installing.
Installed Release: 0.2.0
Made release permanent: "0.2.0"' ''
hooks_were 0.1.0 0.2.0
drawn 'the state is kept, the code is new' '"The next number is 458"'
console_draws 'the console goes on, with the new code' 'The next number is 459'
state_is 'the server is the same process' 460
in_force 0.2.0
states '*0.2.0 *permanent*0.1.0 *old*'

changes downgrade 0.1.0
hooks_were 0.2.0 0.1.0
drawn 'the code is the old one' 460
console_draws 'in the console, too' 461
in_force 0.1.0
states '*0.2.0 *old*0.1.0 *permanent*'
changes upgrade 0.2.0
hooks_were 0.1.0 0.2.0
drawn 'up again' '"The next number is 462"'

# --- through code_change -------------------------------------------------------------

cp "$packages/0.3.0/sequence.tar.gz" "$release/releases/sequence-0.3.0.tar.gz"
node unpack 0.3.0
expect 'unpack' 0 '*Unpacked successfully: "0.3.0"' ''
states '*0.3.0 *unpacked*0.2.0 *permanent*0.1.0 *old*'
in_force 0.2.0
changes upgrade 0.3.0
hooks_were 0.2.0 0.3.0
state_is 'code_change has made a struct of the integer' \
    '%Sequence.Server.State{current_number: 463, delta: 1}'
drawn 'which goes on' '"The next number is 463"'
answer 'a delta of 10' 'Sequence.Server.increment_number(10)' ':ok'
console_draws 'skips ten' 'The next number is 474'
drawn 'and counts in tens' '"The next number is 484"'
in_force 0.3.0

changes downgrade 0.2.0
hooks_were 0.3.0 0.2.0
state_is 'code_change has made an integer of the struct' 494
drawn 'which counts in ones' '"The next number is 494"'
console_draws 'in the console, too' 'The next number is 495'
in_force 0.2.0
node pid
expect 'the node is the same process' 0 "$pid" ''
answer 'and vm.args can wait' 'System.get_env("STORY_ARGS")' '"0.1.0"'
terminal_type '\003'
terminal_shows 'the console has its menu' 20 BREAK
terminal_type 'a\n'
terminal_close 20
same 'the console ends' 0 "$status"

# --- started again -------------------------------------------------------------------

node restart
expect 'restart' 0 ok ''
drawn 'the applications start anew' '"The next number is 456"'
in_force 0.2.0
node stop
expect 'stop' 0 ok ''
node start
expect 'start' 0 '' ''
drawn 'started again' '"The next number is 456"'
in_force 0.2.0
answer 'now vm.args is that of 0.2.0' 'System.get_env("STORY_ARGS")' '"0.2.0"'
states '*0.3.0 *old*0.2.0 *permanent*0.1.0 *old*'
deliver "$packages/0.3.0/sequence.tar.gz" 0.3.0
changes upgrade 0.3.0
drawn 'an upgrade of a node that started with 0.2.0' '"The next number is 457"'
in_force 0.3.0
changes downgrade 0.2.0
in_force 0.2.0

# --- removed -------------------------------------------------------------------------

node remove 0.2.0
expect 'the version that runs cannot be removed' 1 '' '*0.2.0*'
node remove 0.3.0
expect 'one that is not used can' 0 '*0.3.0*' ''
states '*0.2.0 *permanent*0.1.0 *old*'
check_not 'versions knows it no more' matches "$out" '*0.3.0*'
same 'its files are gone, the others are there' \
    'sequence-0.1.0 sequence-0.2.0 sequence_protocols-0.1.0 sequence_protocols-0.2.0 ' \
    "$(cd "$release/lib" && printf '%s ' sequence*)"
check_not 'so is its folder' [ -e "$release/releases/0.3.0" ]
node upgrade 0.3.0
expect 'without a package there is no way back to it' 1 '*' '*0.3.0*'
drawn 'the node goes on' '"The next number is 458"'
changes downgrade 0.1.0
drawn 'and can still go down' 459
node stop
expect 'stop' 0 ok ''
