#!/bin/sh
# Configuration at boot: runtime.exs, a provider of the project's, kernel settings with a second
# boot, hooks, a custom command, variables; and the terms for it against those of `mix release`.
# shellcheck disable=SC2016 # the variables are for the release

. "$(dirname "$0")/lib.sh"

need mix erl
name=sequence
project=$work/project
release=$work/release
config=$release/releases/0.1.0/sys.config

# --- a project that is configured in every way ---------------------------------------

sequence_project 0.1.0 "$project"
mkdir -p "$project/config" "$project/rel/hooks/pre_configure" "$project/rel/hooks/post_start" "$project/rel/commands"
cat >"$project/config/runtime.exs" <<'END'
import Config

number = String.to_integer(System.get_env("SEQUENCE_NUMBER", "17"))

config :sequence,
  initial_number: number,
  from: {config_env(), config_target(), System.fetch_env!("RELEASE_NAME")},
  secret: System.get_env("SEQUENCE_SECRET", "")

if System.get_env("SEQUENCE_FAIL"), do: raise("no configuration today")
if config_env() == :prod, do: config(:kernel, net_ticktime: number + 60)
END
cat >"$project/lib/sequence/file_provider.ex" <<'END'
defmodule Sequence.FileProvider do
  @behaviour Config.Provider

  def init(options), do: options

  def load(config, %{"path" => path, "key" => key} = options) do
    {:ok, _} = Application.ensure_all_started(:logger)
    value = if File.exists?(path), do: File.read!(path), else: options
    Config.Reader.merge(config, sequence: [{String.to_atom(key), value}])
  end
end
END
sed 's/start_permanent:.*/&\
      releases: [sequence: [reboot_system_after_config: REBOOT, strip_beams: false,\
        config_providers: [{Sequence.FileProvider, %{"path" => "provided.txt", "key" => "provided"}}]]],/' \
    "$project/mix.exs" >"$work/mix.exs"
cat >"$project/rel/hooks/pre_configure/10_number.sh" <<'END'
echo "configured $RELEASE_COMMAND" >>"$HOOKS_LOG"
if [ -z "${SEQUENCE_NUMBER-}" ]; then export SEQUENCE_NUMBER=5; fi
END
cat >"$project/rel/hooks/post_start/10_note.sh" <<'END'
echo "started with $(release_remote_ctl rpc 'Application.get_env(:sequence, :initial_number)')" >>"$HOOKS_LOG"
END
cat >"$project/rel/commands/number.sh" <<'END'
# number [TEXT]: tells the number
#
# More about the number.
echo "$1 $(release_ctl eval 'IO.inspect(Application.get_env(:sequence, :initial_number))')"
END
(cd "$project" && run "$relc" init && [ "$status" -eq 0 ]) || give_up 'relc init' "$(cat "$work/captured/err")"
rename_node "$project/rel/vm.args"
cp "$project/rel/vm.args" "$work/base.args"
printf '%s\n' '-env FROM_ARGS ${FROM_ARGS:-default}' >>"$project/rel/vm.args"
cat >"$work/config.yaml" <<'END'
releases:
  sequence:
    version: current
    vm_args: rel/vm.args
    reboot_system_after_config: REBOOT
    config_providers:
      - Sequence.FileProvider: {path: provided.txt, key: provided}
    pre_configure_hooks: rel/hooks/pre_configure
    post_start_hooks: rel/hooks/post_start
    commands: {number: rel/commands/number.sh}
environments:
  prod: {}
END
export HOOKS_LOG="$work/hooks.log"

# --- the terms -----------------------------------------------------------------------

# same_terms MIX-CONFIG RELC-CONFIG: what the providers need is the same term.
same_terms() {
    erl -noinput -boot no_dot_erlang -eval '
        [A, B] = [begin {ok, [C]} = file:consult(F), C end || F <- init:get_plain_arguments()],
        Of = fun(C, App, Key) -> proplists:get_value(Key, proplists:get_value(App, C, [])) end,
        Differ = [{App, Key, Of(A, App, Key), Of(B, App, Key)} ||
            {App, Key} <- [{elixir, config_provider_init}, {kernel, start_distribution}],
            Of(A, App, Key) =/= Of(B, App, Key)],
        Of(A, elixir, config_provider_init) =/= undefined orelse halt(2),
        [io:format("~tp~n", [D]) || D <- Differ],
        halt(length(Differ)).' -extra "$1" "$2"
}

# built_twice REBOOT: by relc and by mix release
built_twice() {
    sed "s/REBOOT/$1/" "$work/mix.exs" >"$project/mix.exs"
    sed "s/REBOOT/$1/" "$work/config.yaml" >"$project/rel/config.yaml"
    in_folder "$project" env MIX_ENV=prod mix release --overwrite --quiet --path "$work/mix-release"
    [ "$status" -eq 0 ] || give_up 'mix release' "$out" "$err"
    rm -rf "$release"
    built "relc build, reboot_system_after_config: $1" "$project" --env=prod --output="$release"
    run same_terms "$work/mix-release/releases/0.1.0/sys.config" "$config"
    expect "the terms are those of mix release, reboot_system_after_config: $1" 0 '' ''
    check "runtime.exs is where mix release has it" cmp "$work/mix-release/releases/0.1.0/runtime.exs" "$release/releases/0.1.0/runtime.exs"
}

value() {
    node rpc "Application.get_env($1)"
}

# --- two boots -----------------------------------------------------------------------

built_twice true
: >"$HOOKS_LOG"
export SEQUENCE_SECRET=geheim
node start
expect 'start' 0 '' ''
same 'each hook once, post_start when the node answers' 'configured start
started with 5' "$(cat "$HOOKS_LOG")"
value ':sequence, :initial_number'
expect 'what a pre_configure hook exports is there for runtime.exs' 0 5 ''
value ':sequence, :from'
expect 'config_env, config_target and the environment' 0 '{:prod, :host, "sequence"}' ''
value ':sequence, :provided'
expect "the project's provider with its argument" 0 '%{"key" => "provided", "path" => "provided.txt"}' ''
node rpc ':net_kernel.get_net_ticktime()'
expect "kernel's settings are in force" 0 65 ''
node rpc '{Node.self(), :code.get_mode()}'
expect 'the node has its name and its modules' 0 "{:\"$node\", :embedded}" ''
node rpc 'System.get_env("RELEASE_SYS_CONFIG")'
expect 'it has a file of its own' 0 "\"$release/var/nodes/$node/sys\"" ''
check "which holds the configuration" grep -q config_provider_booted "$release/var/nodes/$node/sys.config"
check_not "the release's file is as it was" grep -q config_provider_booted "$config"
same 'its file is for its owner alone' 600 "$(stat -c %a "$release/var/nodes/$node/sys.config")"
node rpc 'System.get_env("FROM_ARGS")'
expect 'without REPLACE_OS_VARS nothing is replaced' 0 '"${FROM_ARGS:-default}"' ''
node number 'the number:'
expect 'a custom command with release_ctl eval, and two boots of its own' 0 'the number: 5' ''
same 'which leaves nothing behind' '' "$(ls -A "$release/var/tmp")"
node rpc 'Application.get_env(:sequence, :initial_number)'
expect 'and does not touch the node' 0 5 ''
node help number
expect 'its help' 0 'Usage: sequence number \[TEXT\]*tells the number*More about the number.' ''
node restart
expect 'restart' 0 ok ''
node rpc ':net_kernel.get_net_ticktime()'
expect 'after which the configuration is the same' 0 65 ''
node stop
expect 'stop' 0 ok ''
SEQUENCE_NUMBER=9 REPLACE_OS_VARS=1 FROM_ARGS='a "value"' node start
expect 'start in another environment' 0 '' ''
node rpc '{Application.get_env(:sequence, :initial_number), :net_kernel.get_net_ticktime(), System.get_env("FROM_ARGS")}'
expect 'the configuration is made anew' 0 '{9, 69, "a \\"value\\""}' ''
node stop
expect 'stop' 0 ok ''
SEQUENCE_FAIL=1 node start
expect 'a configuration that fails' 1 '' "*'$node' ended before it was up*no configuration today*"
RELEASE_READ_ONLY=1 node foreground
expect 'nothing may be written' 1 '' '*cannot write the configuration that it boots with again*'
SEQUENCE_FAIL=1 node eval '1'
expect 'eval with a configuration that fails' 1 '*' '*no configuration today*'

# --- one boot ------------------------------------------------------------------------

sed 's/^if config_env() == :prod.*//' "$project/config/runtime.exs" >"$work/runtime.exs"
cp "$work/runtime.exs" "$project/config/runtime.exs"
built_twice false
echo 'from the file' >"$release/provided.txt"
node start
expect 'one boot: start' 0 '' ''
node rpc '{Application.get_env(:sequence, :initial_number), Application.get_env(:sequence, :provided), :code.get_mode()}'
expect 'one boot: the configuration' 0 '{5, "from the file\\n", :embedded}' ''
check_not 'one boot: no copy is needed' [ -e "$release/var/nodes/$node/sys.config" ]
SEQUENCE_NUMBER=8 node number eight
expect 'one boot: the command' 0 'eight 8' ''
echo 'another text' >"$release/provided.txt"
node reload_config
expect 'reload_config runs the providers again' 0 '*provided*' ''
value ':sequence, :provided'
expect 'their new value is there' 0 '"another text\\n"' ''
node stop
expect 'one boot: stop' 0 ok ''
