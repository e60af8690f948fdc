#!/bin/sh
# Consolidated protocols and hot upgrades: what a new version implements is used by the running
# node once it is installed, and no more after going back. A protocol of the project's own and
# two of Elixir's, whose application stays the same.

. "$(dirname "$0")/lib.sh"

need mix
name=shapes
project=$work/project
packages=$project/_build/prod/rel/shapes/releases
mkdir -p "$project/lib" "$project/rel"

cat >"$project/rel/config.yaml" <<'END_OF_FILE'
releases:
  shapes: {version: current, vm_args: rel/vm.args}
environments:
  prod: {}
END_OF_FILE
echo "-name $node" >"$project/rel/vm.args"
cat >"$project/lib/square.ex" <<'END_OF_FILE'
defprotocol Shapes.Area do
  @fallback_to_any true
  def area(shape)
end

defmodule Shapes.Square do
  defstruct side: 1
end

defimpl Shapes.Area, for: Any do
  def area(_), do: :unknown
end
END_OF_FILE

# compiled VERSION
compiled() {
    cat >"$project/mix.exs" <<EOF
defmodule Shapes.MixProject do
  use Mix.Project
  def project, do: [app: :shapes, version: "$1", start_permanent: Mix.env() == :prod, deps: []]
  def application, do: [extra_applications: [:logger]]
end
EOF
    # Mix compares times in whole seconds.
    [ ! -d "$project/_build" ] || sleep 1
    touch "$project/mix.exs"
    (cd "$project" && run env MIX_ENV=prod mix compile && [ "$status" -eq 0 ]) ||
        give_up "shapes $1 compiles" "$(cat "$work/captured/out" "$work/captured/err")"
}

cat >"$project/lib/impls.ex" <<'END_OF_FILE'
defimpl Shapes.Area, for: Shapes.Square do
  def area(%{side: side}), do: side * side
end

defimpl Shapes.Area, for: List do
  def area(list), do: length(list)
end
END_OF_FILE
compiled 1.0.0
built '1.0.0' "$project" --env=prod

# The second version changes one implementation, drops one, and adds some: for a struct of the
# first version and for one of its own.
cat >"$project/lib/impls.ex" <<'END_OF_FILE'
defimpl Shapes.Area, for: Shapes.Square do
  def area(%{side: side}), do: {:square, side * side}
end

defimpl String.Chars, for: Shapes.Square do
  def to_string(%{side: side}), do: "square of #{side}"
end

defmodule Shapes.Row do
  defstruct cells: []
end

defimpl Shapes.Area, for: Shapes.Row do
  def area(%{cells: cells}), do: Enum.sum(cells)
end

defimpl String.Chars, for: Shapes.Row do
  def to_string(%{cells: cells}), do: "row of #{length(cells)}"
end

defimpl Enumerable, for: Shapes.Row do
  def count(%{cells: cells}), do: {:ok, length(cells)}
  def member?(%{cells: cells}, cell), do: {:ok, cell in cells}
  def slice(_), do: {:error, __MODULE__}
  def reduce(%{cells: cells}, acc, fun), do: Enumerable.List.reduce(cells, acc, fun)
end
END_OF_FILE
compiled 1.1.0
built '1.1.0' "$project" --env=prod --upgrade --delta

protocols() {
    answer "$1: protocols are consolidated, and those of the version" \
        '{Enum.map([Shapes.Area, String.Chars, Enumerable], &Protocol.consolidated?/1),
          Enum.map([Shapes.Area, String.Chars, Enumerable], &(:code.which(&1) |> Path.dirname() |> Path.relative_to(:code.root_dir())))
          |> Enum.uniq()}' \
        "{\[true, true, true], \[\"lib/shapes_protocols-$1/ebin\"]}"
}

square='%{__struct__: Shapes.Square, side: 3}'
row='%{__struct__: Shapes.Row, cells: [1, 2, 4]}'

first_version() {
    protocols 1.0.0
    answer "$1: own protocol" "Enum.map([$square, $row, [1, 2], 5], &Shapes.Area.area/1)" \
        '\[9, :unknown, 2, :unknown]'
    answer "$1: String.Chars is not implemented" \
        "for x <- [$square, $row], do: String.Chars.impl_for(x)" '\[nil, nil]'
    node rpc "to_string($square)"
    expect "$1: nor called" 1 '' '*Protocol.UndefinedError*'
    node rpc "Enum.to_list($row)"
    expect "$1: nor is Enumerable" 1 '' '*Protocol.UndefinedError*'
}

second_version() {
    protocols 1.1.0
    answer "$1: own protocol" "Enum.map([$square, $row, [1, 2], 5], &Shapes.Area.area/1)" \
        '\[{:square, 9}, 7, :unknown, :unknown]'
    answer "$1: String.Chars" "\"#{$square}, #{$row}\"" '"square of 3, row of 3"'
    answer "$1: Enumerable" "{Enum.to_list($row), Enum.count($row), 2 in $row, Enum.map([1, 2], &(&1 + 1))}" \
        '{\[1, 2, 4], 3, true, \[2, 3]}'
}

fresh "$packages/1.0.0/shapes.tar.gz"
node start
expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
first_version 'at first'
deliver "$packages/1.1.0/shapes-delta.tar.gz" 1.1.0
changes upgrade 1.1.0
second_version 'after the upgrade'
changes downgrade 1.0.0
first_version 'after the downgrade'
changes upgrade 1.1.0
second_version 'up again'
node restart
expect 'restart' 0 ok ''
second_version 'after a restart'
changes downgrade 1.0.0
node remove 1.1.0
expect 'remove' 0 '*' ''
first_version 'after its removal'
node stop
expect 'stop' 0 ok ''
node start
expect 'start' 0 '' ''
first_version 'started again'
node stop
expect 'stop' 0 ok ''
