# needs Elixir
import Config
defmodule Exs.Corpus.Helper do
  def value, do: 42
end
config :a, b: Exs.Corpus.Helper.value()
