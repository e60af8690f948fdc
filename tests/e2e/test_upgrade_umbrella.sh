#!/bin/sh
# A Mix umbrella of two applications, of which an upgrade changes one: the other one's code
# and processes stay as they are. The one that changes gets a new child in its supervisor.

. "$(dirname "$0")/lib.sh"

need mix
name=shop
project=$work/project
packages=$project/_build/prod/rel/shop/releases
mkdir -p "$project/apps/till/lib" "$project/apps/greeter/lib" "$project/rel"

cat >"$project/mix.exs" <<'END_OF_FILE'
defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [apps_path: "apps", start_permanent: Mix.env() == :prod, deps: []]
end
END_OF_FILE
# app NAME VERSION DEPENDENCIES
app() {
    module=$(printf %s "$1" | cut -c1 | tr '[:lower:]' '[:upper:]')${1#?}
    cat >"$project/apps/$1/mix.exs" <<EOF
defmodule $module.MixProject do
  use Mix.Project
  def project do
    [app: :$1, version: "$2", build_path: "../../_build", config_path: "../../config/config.exs",
     deps_path: "../../deps", lockfile: "../../mix.lock", deps: [$3]]
  end
  def application, do: [mod: {$module, []}, extra_applications: [:logger]]
end
EOF
}
# server NAME REPLY [CHILD]: an application with a server, which counts what it is asked.
server() {
    module=$(printf %s "$1" | cut -c1 | tr '[:lower:]' '[:upper:]')${1#?}
    cat >"$project/apps/$1/lib/$1.ex" <<EOF
defmodule $module do
  use Application
  def start(_, _), do: $module.Supervisor.start_link([])
  def ask(who), do: GenServer.call($module.Server, who)
end

defmodule $module.Supervisor do
  use Supervisor
  def start_link(_), do: Supervisor.start_link(__MODULE__, nil, name: __MODULE__)
  def init(_), do: Supervisor.init([$module.Server${3+, $3}], strategy: :one_for_one)
end

defmodule $module.Server do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: __MODULE__)
  def init(n), do: {:ok, n}
  def handle_call(who, _, n), do: {:reply, $2, n + 1}
end
EOF
}
# compiled WHAT: Mix compares times in whole seconds.
compiled() {
    [ ! -d "$project/_build" ] || sleep 1
    find "$project/apps" -newer "$project/rel/config.yaml" -exec touch {} +
    (cd "$project" && run env MIX_ENV=prod mix compile && [ "$status" -eq 0 ]) ||
        give_up "$1 compiles" "$(cat "$work/captured/out" "$work/captured/err")"
}
# settings VERSION
settings() {
    cat >"$project/rel/config.yaml" <<EOF
environments:
  prod: {vm_args: rel/vm.args}
releases:
  shop: {version: "$1", applications: [till, greeter]}
EOF
}

echo "-name $node" >"$project/rel/vm.args"
settings 1.0
app till 0.1.0 ''
server till '{who, n}'
app greeter 0.1.0 '{:till, in_umbrella: true}'
server greeter '"hello #{who}, #{inspect(Till.ask(who))}"'
compiled 'the umbrella'
built 'the first version' "$project" --env=prod

settings 1.1
app greeter 0.2.0 '{:till, in_umbrella: true}'
server greeter '"good day #{who}, #{n}, #{inspect(Till.ask(who))}"' Greeter.Usage
# Its name comes after that of the supervisor, whose init/1 calls it, but does not say so.
cat >"$project/apps/greeter/lib/usage.ex" <<'END_OF_FILE'
defmodule Greeter.Usage do
  use Agent
  def start_link(_), do: Agent.start_link(fn -> :used end, name: __MODULE__)
end
END_OF_FILE
compiled 'its second version'
in_folder "$project" "$relc" build --env=prod --upgrade --delta
expect 'relc says that the new child will not be started' 1 '' '*Greeter.Usage*child_not_started*--no-check*'
built 'the second version' "$project" --env=prod --upgrade --delta --no-check
check 'an appup for the changed application' matches "$err" '*Generated .appup for greeter 0.1.0 -> 0.2.0*'
check_not 'and none for the other one' matches "$err" '*.appup for till*'
check_not 'the delta package has nothing of it' \
    sh -c "tar -tzf '$packages/1.1/shop-delta.tar.gz' | grep -q /till-"

fresh "$packages/1.0/shop.tar.gz"
node start
expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
server_pid='inspect(Process.whereis(Greeter.Server))'
node rpc "IO.puts($server_pid)"
server=${out%%"$newline"*}
answer 'both work' 'Greeter.ask("ann")' '"hello ann, {\\"ann\\", 0}"'
# What of the unchanged one must stay: its process, its code, where that is from.
till='{Process.whereis(Till.Server), :code.which(Till.Server), :erlang.check_old_code(Till.Server), Process.info(Process.whereis(Till.Server), :reductions) > 0}'
node rpc "$till"
before=$out
deliver "$packages/1.1/shop-delta.tar.gz" 1.1
changes upgrade 1.1
answer 'the changed one is new, and both keep their state' 'Greeter.ask("bob")' \
    '"good day bob, 1, {\\"bob\\", 1}"'
answer 'its server is the same process' "$server_pid" "\"$server\""
answer 'the supervisor knows the new child, which nobody has started' \
    'for {id, pid, _, _} <- Supervisor.which_children(Greeter.Supervisor), do: {id, is_pid(pid)}' \
    '\[{Greeter.Usage, false}, {Greeter.Server, true}]'
node rpc "$till"
same 'the other one is untouched' "$before" "$out"
same 'there is one version of it' till-0.1.0 "$(cd "$release/lib" && echo till-*)"
changes downgrade 1.0
answer 'down again' 'Greeter.ask("ann")' '"hello ann, {\\"ann\\", 2}"'
node rpc "$till"
same 'still untouched' "$before" "$out"
changes upgrade 1.1
node restart
expect 'restart' 0 ok ''
answer 'after a restart' 'Greeter.ask("eve")' '"good day eve, 0, {\\"eve\\", 0}"'
answer 'the new child has started, too' 'Agent.get(Greeter.Usage, & &1)' ':used'
node stop
expect 'stop' 0 ok ''
