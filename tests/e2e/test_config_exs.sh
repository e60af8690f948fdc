#!/bin/sh
# config/config.exs: evaluated by relc, by the project's Elixir, at boot; sys.config against that of
# `mix release`; sys_config over it; what is wrong in it.
# shellcheck disable=SC2016 # the variables are for the release

. "$(dirname "$0")/lib.sh"

need mix erl
name=sequence
project=$work/project
release=$work/release
config=$release/releases/0.1.0/sys.config

sequence_project 0.1.0 "$project"
mkdir -p "$project/config" "$project/rel"
cat >"$project/config/config.exs" <<'END'
import Config

config :sequence, Sequence.Store, pool: [size: 2, overflow: [max: 1]], url: "ecto://localhost"
config :sequence, initial_number: 40, words: ~w(one two), level: System.get_env("LEVEL") || :info
config :sequence, :compiled, {:at, config_env()}
import_config "#{config_env()}.exs"
END
cat >"$project/config/prod.exs" <<'END'
import Config

config :sequence, Sequence.Store, pool: [overflow: [max: 5]]
config :sequence, initial_number: 41
config :logger, level: :warning
END
echo 'import Config' >"$project/config/dev.exs"
cat >"$project/lib/sequence/compiled.ex" <<'END'
defmodule Sequence.Compiled do
  @compiled Application.compile_env(:sequence, :compiled)
  def value, do: @compiled
end
END

# An Elixir without a program to run.
root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f "$(command -v elixir)")")/.." && pwd -P)
mkdir "$work/elixir"
ln -s "$root/lib" "$work/elixir/lib"

# settings LINE...: of the release
settings() {
    printf 'releases:\n  sequence:\n    version: current\n    vm_args: rel/vm.args\n' >"$project/rel/config.yaml"
    for line; do
        printf '    %s\n' "$line" >>"$project/rel/config.yaml"
    done
    printf 'environments:\n  prod: {}\n' >>"$project/rel/config.yaml"
}

cp "$top/templates/release/vm.args" "$project/rel/vm.args"
rename_node "$project/rel/vm.args"

# mix_release: the same by mix
mix_release() {
    in_folder "$project" env MIX_ENV=prod mix release --overwrite --quiet --path "$work/mix-release"
    [ "$status" -eq 0 ] || give_up 'mix release' "$out" "$err"
}

same_config() {
    run erl -noinput -boot no_dot_erlang -eval '
        [A, B] = [begin {ok, [C]} = file:consult(F), C end || F <- init:get_plain_arguments()],
        A =:= B orelse io:format("mix:~n~tp~nrelc:~n~tp~n", [A, B]),
        halt(0).' -extra "$work/mix-release/releases/0.1.0/sys.config" "$config"
    expect "$1" 0 '' ''
}

value() {
    node rpc "Application.get_env($1)"
}

# --- evaluated by relc ---------------------------------------------------------------

settings "elixir_root: $work/elixir"
mix_release
built 'relc evaluates config.exs without Elixir' "$project" --env=prod --output="$release"
same_config "sys.config is that of mix release"
LEVEL=debug
export LEVEL
mix_release
built 'in another environment' "$project" --env=prod --output="$release"
same_config 'it has what the environment says'
unset LEVEL
check "the environment is in it" grep -q debug "$config"

echo 'config :sequence, runtime: true' | sed '1i import Config' >"$project/config/runtime.exs"
mix_release
built 'with runtime.exs' "$project" --env=prod --output="$release"
same_config 'providers and compile_env are those of mix release'
rm "$project/config/runtime.exs"

# --- sys_config ----------------------------------------------------------------------

cat >"$project/rel/sys.config" <<'END'
[{kernel, [{logger_level, error}]},
 {sequence, [{'Elixir.Sequence.Store', [{pool, [{size, 7}]}]}, {initial_number, 99}]}].
END
settings 'sys_config: rel/sys.config'
built 'with sys_config' "$project" --env=prod --output="$release"
run erl -noinput -boot no_dot_erlang -eval '{ok, [C]} = file:consult(hd(init:get_plain_arguments())), io:format("~0tp", [C]), halt(0).' -extra "$config"
expect 'which is laid over it' 0 '[[]{logger,[[]{level,warning}]},{kernel,[[]{logger_level,error}]},{sequence,[[]{words,[[]<<"one">>,<<"two">>]},{level,info},{compiled,{at,prod}},{*Elixir.Sequence.Store*,[[]{url,<<"ecto://localhost">>},{pool,[[]{overflow,[[]{max,5}]},{size,7}]}]},{initial_number,99}]}]' ''
settings 'config: false'
built 'config: false' "$project" --env=prod --output="$release"
same 'there is none' '[].' "$(grep -v '^%%' "$config")"
settings 'config: config/nowhere.exs'
in_folder "$project" "$relc" build --env=prod
expect 'a file that is not there' 1 '' "*relc: error: rel/config.yaml:5:13: the file '*/config/nowhere.exs' does not exist*"

# --- evaluated by Elixir -------------------------------------------------------------

cat >>"$project/config/prod.exs" <<'END'
IO.puts("evaluating")

for {name, size} <- [a: 1, b: 2] do
  config :sequence, name, size: size, double: Enum.map([size], &(&1 * 2))
end
END
settings
mix_release
built 'Elixir evaluates what relc cannot' "$project" --env=prod --output="$release" --verbose
check 'and what it says is shown' test "${err#*evaluating}" != "$err"
check 'and why it was needed' test "${err#*"running Elixir for config/prod.exs:6:1: only Elixir can evaluate 'IO.puts/1'"}" != "$err"
same_config 'the result is that of mix release'
settings "elixir_root: $work/elixir"
in_folder "$project" "$relc" build --env=prod --output="$work/none"
expect 'without Elixir' 1 '' "*relc: error: config/prod.exs:6:1: only Elixir can evaluate 'IO.puts/1'*put Elixir on PATH or set elixir_root; or set config_at_boot to true*"
check_not 'nothing is written' [ -e "$work/none" ]
settings
cp "$project/config/prod.exs" "$work/prod.exs"
echo 'config :sequence, List.first([]).nothing' >>"$project/config/prod.exs"
in_folder "$project" "$relc" build --env=prod
expect 'Elixir fails' 1 '' "*relc: error: config/config.exs: key :nothing not found*Elixir was asked because of config/prod.exs:6:1: only*"
printf 'import Config\n\nconfig :sequence, [a: 1\n' >"$project/config/prod.exs"
in_folder "$project" "$relc" build --env=prod
expect 'a syntax error' 1 '' '*relc: error: config/prod.exs:[34]:*missing terminator: ]*'
settings "elixir_root: $work/elixir"
in_folder "$project" "$relc" build --env=prod
expect 'a syntax error without Elixir' 1 '' '*relc: error: config/prod.exs:4:1: syntax error: the file ends too early*'
printf 'import Config\nimport_config "config.exs"\n' >"$project/config/prod.exs"
in_folder "$project" "$relc" build --env=prod
expect 'an endless import' 1 '' '*relc: error: config/prod.exs:2:1: the imports never end: config/config.exs -> config/prod.exs -> config/config.exs*'
rm "$project/config/prod.exs"
in_folder "$project" "$relc" build --env=prod
expect 'a missing import' 1 '' "*relc: error: config/config.exs:6:1: there is no file '*/config/prod.exs' to import*"

# --- at boot -------------------------------------------------------------------------

cp "$work/prod.exs" "$project/config/prod.exs"
echo 'config :sequence, initial_number: String.to_integer(System.get_env("NUMBER") || "3"), compiled: {:at, :"#{System.get_env("COMPILED", "prod")}"}' >>"$project/config/prod.exs"
settings 'config_at_boot: true' "elixir_root: $work/elixir"
built 'config_at_boot' "$project" --env=prod --output="$release"
same 'the files are in the release' 'config.exs
prod.exs' "$(ls "$release/releases/0.1.0/config")"
NUMBER=12 node start
expect 'start' 0 '' ''
value ':sequence, :initial_number'
expect 'they are evaluated at boot' 0 12 ''
value ':sequence, :b'
expect 'all of them' 0 '[[]size: 2, double: [[]4]]' ''
node stop
expect 'stop' 0 ok ''
COMPILED=other node start
expect 'what was compiled in must not change' 1 '' '*'
settings 'config_at_boot: true' 'validate_compile_env: false'
built 'validate_compile_env: false' "$project" --env=prod --output="$release"
COMPILED=other node start
expect 'then it may' 0 '' ''
value ':sequence, :compiled'
expect 'it has' 0 '{:at, :other}' ''
node stop
expect 'stop' 0 ok ''
