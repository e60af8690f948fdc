#!/bin/sh
# Projects of Distillery, of `mix release` and of rebar3's relx, moved over by `relc init`, built and
# started; their content against what mix and rebar3 themselves make.
# shellcheck disable=SC2016 # the variables are for the release

. "$(dirname "$0")/lib.sh"

need mix erl

# moved WHAT FOLDER: relc init there
moved() {
    in_folder "$2" "$relc" init
    [ "$status" -eq 0 ] || give_up "relc init moves $1 over" "$out" "$err"
    ok "relc init moves $1 over"
}

started() {
    node start
    expect "$1: start" 0 '' ''
    node ping
    expect "$1: ping" 0 pong ''
}

# libraries FOLDER: names and versions, without the consolidated protocols of relc's own
libraries() {
    find "$1" -mindepth 1 -maxdepth 1 -exec basename {} \; | grep -v '_protocols-' | sort
}

# --- Distillery ----------------------------------------------------------------------

name=sequence
project=$work/distillery
release=$project/_build/prod/rel/sequence
sequence_project 0.1.0 "$project"
rm -rf "$project/rel"
mkdir -p "$project/rel/commands" "$project/rel/hooks/pre_start" "$project/rel/config" "$project/rel/plugins"
cat >"$project/rel/config.exs" <<'END'
~w(rel plugins *.exs)
|> Path.join()
|> Path.wildcard()
|> Enum.map(&Code.eval_file(&1))

use Distillery.Releases.Config,
  default_release: :default,
  default_environment: Mix.env()

environment :dev do
  set(dev_mode: true)
  set(include_erts: false)
  set(cookie: :"7$kq)L*dev-cookie")
end

environment :prod do
  set include_erts: true
  set include_src: false
  set cookie: :prod_cookie_1
  set vm_args: "rel/vm.args"
  set config_providers: [
    {Distillery.Releases.Config.Providers.Elixir, ["${RELEASE_ROOT_DIR}/etc/config.exs"]}
  ]
  set overlays: [
    {:mkdir, "etc"},
    {:copy, "rel/config/config.exs", "etc/config.exs"},
    {:template, "rel/config/about.eex", "etc/about-<%= release_version %>"}
  ]
  plugin Sequence.Plugin
end

release :sequence do
  set version: current_version(:sequence)
  set applications: [:runtime_tools, :mix]
  set overlay_vars: [greeting: "good morning"]
  set commands: [greet: "rel/commands/greet.sh"]
  set pre_start_hooks: "rel/hooks/pre_start"
end
END
cat >"$project/rel/vm.args" <<'END'
-name <%= release_name %>@127.0.0.1
-setcookie <%= release.profile.cookie %>
-env FROM_ARGS yes
END
rename_node "$project/rel/vm.args"
printf 'import Config\nconfig :sequence, initial_number: 77\n' >"$project/rel/config/config.exs"
echo '<%= greeting %> from <%= release_name %>' >"$project/rel/config/about.eex"
echo 'echo "greetings, $1"' >"$project/rel/commands/greet.sh"
echo 'touch "$RELEASE_ROOT_DIR/hooked"' >"$project/rel/hooks/pre_start/10.sh"

moved 'a Distillery project' "$project"
expect 'what it says' 0 '*relc build*' "*Moving over what rel/config.exs says of Distillery*1 thing could not be carried over: look for 'rel/config.exs:'*"
check 'the plugin is a comment with its line' grep -q 'rel/config.exs:29: plugin Sequence.Plugin' "$project/rel/config.yaml"
check "vm.args stays" grep -q setcookie "$project/rel/vm.args"
check_not 'and has a copy without the cookie' grep -q setcookie "$project/rel/relc.vm.args"
built 'it is built' "$project" --env=prod
same 'its applications' "compiler-* elixir-* iex-* kernel-* logger-* runtime_tools-* sasl-* sequence-0.1.0 stdlib-*" \
    "$(libraries "$release/lib" | sed '/^sequence/!s/-.*/-*/' | tr '\n' ' ' | sed 's/ $//')"
same 'templates and variables' 'good morning from sequence' "$(cat "$release/etc/about-0.1.0")"
same 'the cookie' prod_cookie_1 "$(cat "$release/releases/COOKIE")"
started Distillery
check 'the hook ran' [ -e "$release/hooked" ]
node rpc 'Application.get_env(:sequence, :initial_number)'
expect "its provider of a file" 0 77 ''
node rpc 'System.get_env("FROM_ARGS")'
expect "its vm.args" 0 '"yes"' ''
node greet you
expect 'its command' 0 'greetings, you' ''
node stop
expect 'Distillery: stop' 0 ok ''
in_folder "$project" "$relc" init
expect 'a second time' 1 '' "*'rel/config.yaml' is there already, nothing was written*"
in_folder "$project" env MIX_ENV=prod "$relc" build --env=dev --output="$work/dev"
expect 'its dev environment' 0 '*' '*'
check 'is linked' [ -L "$work/dev/lib/sequence-0.1.0" ]

# --- what cannot be moved over -------------------------------------------------------

cat >"$project/rel/broken.exs" <<'END'
use Distillery.Releases.Config
release :sequence do
  set version: "1.0"
END
in_folder "$project" "$relc" init --force --from=rel/broken.exs
expect 'a syntax error' 1 '' '*relc: error: rel/broken.exs:4:1: syntax error: the file ends too early*'
echo 'IO.puts("no release")' >"$project/rel/broken.exs"
in_folder "$project" "$relc" init --force --from rel/broken.exs
expect 'no release' 1 '' '*relc: error: rel/broken.exs: the file defines no release*'
in_folder "$project" "$relc" init --force --from mix.exs
expect 'a mix.exs without releases' 1 '' "*relc: error: 'mix.exs' defines no release*"
in_folder "$project" "$relc" init --force --from nowhere.exs
expect 'a file that is not there' 1 '' '*nowhere.exs*'
in_folder "$project" "$relc" init --force --name other
expect 'a name asks for a new one' 0 '*' '*Wrote rel/vm.args*'

# --- mix release ---------------------------------------------------------------------

project=$work/mix
release=$project/_build/prod/rel/sequence
sequence_project 0.1.0 "$project"
rm -rf "$project/rel"
mkdir -p "$project/rel/overlays/etc" "$project/config"
sed 's/start_permanent:.*/&\
      releases: releases(),/; s/^end$/\
  defp releases do\
    [sequence: [applications: [sequence: :permanent, runtime_tools: :load, ssl: :load],\
      include_executables_for: [:unix], steps: [:assemble], cookie: "from_mix_exs"]]\
  end\
end/' "$project/mix.exs" >"$work/mix.exs"
cp "$work/mix.exs" "$project/mix.exs"
printf 'import Config\nconfig :sequence, initial_number: 5, mode: config_env()\n' >"$project/config/config.exs"
printf 'import Config\nconfig :sequence, runtime: System.get_env("RELEASE_NAME")\n' >"$project/config/runtime.exs"
echo 'overlaid' >"$project/rel/overlays/etc/file"
echo "-name $node" >"$project/rel/vm.args.eex"
echo 'export FROM_ENV_SH=<%= @release.name %>' >"$project/rel/env.sh.eex"
in_folder "$project" env MIX_ENV=prod mix release --overwrite --quiet --path "$work/mix-release"
[ "$status" -eq 0 ] || give_up 'mix release' "$out" "$err"
moved 'a project with releases in mix.exs' "$project"
expect 'without a rest' 0 '*' '*Wrote rel/config.yaml'
built 'it is built' "$project" --env=prod
same 'the applications are those of mix release' "$(libraries "$work/mix-release/lib")" "$(libraries "$release/lib")"
run erl -noinput -boot no_dot_erlang -eval '
    [A, B] = [begin {ok, [C]} = file:consult(F), C end || F <- init:get_plain_arguments()],
    A =:= B orelse io:format("~tp~n~tp~n", [A, B]), halt(0).' \
    -extra "$work/mix-release/releases/0.1.0/sys.config" "$release/releases/0.1.0/sys.config"
expect 'sys.config is that of mix release' 0 '' ''
run erl -noinput -boot no_dot_erlang -eval '
    [A, B] = [begin
        {ok, [{release, _, _, Apps}]} = file:consult(F),
        lists:sort([{element(1, T), case T of {_, _, Type} when is_atom(Type) -> Type; _ -> permanent end} ||
            T <- Apps, element(1, T) =/= sequence_protocols, element(1, T) =/= iex])
        end || F <- init:get_plain_arguments()],
    [io:format("~p~n", [D]) || D <- (A -- B) ++ (B -- A)], halt(0).' \
    -extra "$work/mix-release/releases/0.1.0/sequence.rel" "$release/releases/0.1.0/sequence.rel"
expect 'so are the start types' 0 '' ''
same 'overlays' overlaid "$(cat "$release/etc/file")"
same 'the cookie' from_mix_exs "$(cat "$release/releases/COOKIE")"
started 'mix release'
node rpc '{Application.get_env(:sequence, :mode), Application.get_env(:sequence, :runtime), System.get_env("FROM_ENV_SH")}'
expect 'its configuration and environment' 0 '{:prod, "sequence", "sequence"}' ''
node stop
expect 'mix release: stop' 0 ok ''

# --- relx ----------------------------------------------------------------------------

need rebar3
name=tell
project=$work/relx
release=$project/_build/prod/rel/tell
mkdir -p "$project/apps/tell/src" "$project/config" "$project/files"
cat >"$project/apps/tell/src/tell.app.src" <<'END'
{application, tell, [{description, "Tells"}, {vsn, "0.4.0"}, {registered, []}, {mod, {tell_app, []}},
    {applications, [kernel, stdlib]}, {env, []}, {modules, []}]}.
END
cat >"$project/apps/tell/src/tell_app.erl" <<'END'
-module(tell_app).
-behaviour(application).
-export([start/2, stop/1, init/1]).
start(_, _) -> supervisor:start_link({local, tell_sup}, ?MODULE, []).
stop(_) -> ok.
init([]) -> {ok, {#{}, []}}.
END
printf -- '-module(tell_debug).\n-export([x/0]).\nx() -> 1.\n' >"$project/apps/tell/src/tell_debug.erl"
echo '[{tell, [{word, "hello"}]}].' >"$project/config/sys.config"
printf -- '-name %s\n-setcookie tell_cookie\n' "$node" >"$project/config/vm.args"
echo 'a file' >"$project/files/a"
echo '{kind, "small"}.' >"$project/files/vars.config"
cat >"$project/rebar.config" <<'END'
{relx, [{release, {tell, "0.4.0"}, [tell, sasl, {runtime_tools, load}]},
        {dev_mode, true},
        {include_erts, false},
        {sys_config, "./config/sys.config"},
        {vm_args, "./config/vm.args"},
        {overlay_vars, "files/vars.config"},
        {overlay, [{mkdir, "data/{{kind}}"}, {copy, "files/a", "etc/{{release_version}}/a"}]},
        {exclude_modules, [{tell, [tell_debug]}]},
        {extended_start_script_extensions, [{x, "ext/x"}]},
        {extended_start_script, true}]}.
{profiles, [{prod, [{relx, [{dev_mode, false}, {include_erts, true}]}]}]}.
END
in_folder "$project" rebar3 as prod release -o "$work/relx-release"
[ "$status" -eq 0 ] || give_up 'rebar3 release' "$out" "$err"
moved 'a project with relx' "$project"
expect 'what it says' 0 '*' "*1 thing could not be carried over: look for 'rebar.config:'*"
check 'with its line' grep -q 'rebar.config:9: {extended_start_script_extensions' "$project/rel/config.yaml"
built 'it is built' "$project" --env=prod
same 'the applications are those of relx' "$(libraries "$work/relx-release/tell/lib")" "$(libraries "$release/lib")"
same 'the modules too' "$(cd "$work/relx-release/tell/lib/tell-0.4.0" && find ebin | sort)" "$(cd "$release/lib/tell-0.4.0" && find ebin | sort)"
check 'overlays' cmp "$project/files/a" "$release/etc/0.4.0/a"
check 'with variables' [ -d "$release/data/small" ]
started relx
node rpc 'application:get_env(tell, word).'
expect 'its configuration' 0 '{ok,"hello"}' ''
node stop
expect 'relx: stop' 0 ok ''
